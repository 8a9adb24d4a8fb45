// Checks every layer with its own tsconfig: `tsc -p`, one after the other; says which layer is wrong.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const PROJECTS = [
  'src/core',
  'src/shared',
  'src/engine',
  'src/cli',
  'src/main',
  'src/preload',
  'tsconfig.test.json',
  'tsconfig.e2e.json',
  'tsconfig.tools.json',
];
/** Checked by svelte-check, which knows the components. */
const RENDERER = 'src/renderer';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const wrong = PROJECTS.filter((project) => {
  const args = [tsc, '-p', project, '--pretty', process.stdout.isTTY ? 'true' : 'false'];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0;
});
const svelteCheck = createRequire(import.meta.url).resolve('svelte-check/bin/svelte-check');
const args = [
  svelteCheck,
  '--tsconfig',
  `${RENDERER}/tsconfig.json`,
  '--fail-on-warnings',
  '--output',
  'human',
];
if (spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0) wrong.push(RENDERER);
process.stdout.write(wrong.length === 0 ? 'types: ok\n' : `types: errors in ${wrong.join(', ')}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
