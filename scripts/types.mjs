// Checks every layer with its own tsconfig: `tsc -p`, one after the other; says which layer is wrong.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const PROJECTS = [
  'src/core',
  'src/engine',
  'src/cli',
  'tsconfig.test.json',
  'tsconfig.e2e.json',
  'tsconfig.tools.json',
];

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const wrong = PROJECTS.filter((project) => {
  const args = [tsc, '-p', project, '--pretty', process.stdout.isTTY ? 'true' : 'false'];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0;
});
process.stdout.write(wrong.length === 0 ? 'types: ok\n' : `types: errors in ${wrong.join(', ')}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
