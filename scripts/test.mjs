// Runs the tests (Vitest; arguments are passed on: `npm test -- src/core -t "mel"`) and ends with one line,
// `N passed, N failed`, which says the same as the exit code.
import { parseCLI, startVitest } from 'vitest/node';

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const vitest = await startVitest(filter, options);

const count = { passed: 0, failed: vitest.state.getUnhandledErrors().length, skipped: 0, pending: 0 };
for (const file of vitest.state.getTestModules()) {
  for (const test of file.children.allTests()) count[test.result().state] += 1;
  // A file or suite that fails outside of its tests (an import, a hook) counts once for each such place.
  for (const place of [file, ...file.children.allSuites()]) if (place.errors().length > 0) count.failed += 1;
}
await vitest.close();

const failed = count.failed + count.pending;
const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
process.stdout.write(`${count.passed} passed, ${failed} failed${skipped}\n`);
process.exitCode = failed > 0 || count.passed === 0 ? 1 : 0;
