// `npm start`: the app in development, with its pages reloaded as they change. Says what to do where Electron's binary, which
// its package does not carry, is not there yet.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const electron = path.dirname(require.resolve('electron/package.json'));
if (
  !existsSync(path.join(electron, 'path.txt')) &&
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] === undefined
) {
  process.stderr.write(
    "Electron's binary is not here yet (100 MB, once): run `npx install-electron`, then `npm start`.\n",
  );
  process.exit(1);
}
const cli = path.join(path.dirname(require.resolve('electron-vite/package.json')), 'bin', 'electron-vite.js');
process.exitCode =
  spawnSync(process.execPath, [cli, 'dev', ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
