// Makes a fresh clone ready: npm packages, Node 24 for the scripts, native modules. The `pre*` hooks of package.json
// run it before each command, so it is quick and silent when nothing is to be done, and stdout is never touched.
//
// It runs on the machine's own Node (20 or later) before node_modules exists: built-in modules only.
//
//   node scripts/setup.mjs           set up what is missing
//   node scripts/setup.mjs --again   check everything, whatever the stamp says (`npm run setup`)
import { isReady, writeStamp } from './setup/stamp.mjs';

if (process.argv.includes('--again') || !isReady()) {
  const { withLock } = await import('./setup/lock.mjs');
  const { setUp } = await import('./setup/steps.mjs');
  const { say } = await import('./setup/run.mjs');
  try {
    await withLock(() => {
      // Another process may have done the work while this one waited for the lock.
      if (!process.argv.includes('--again') && isReady()) return;
      writeStamp(setUp());
    });
  } catch (error) {
    say(`failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
