import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const STAND_IN = join(import.meta.dirname, '../../stand-in');

const { findChromium } = require(join(STAND_IN, 'findChromium.cjs')) as {
  findChromium: () => string | undefined;
};

/** What can show the app on this machine: Electron's own binary, else the stand-in where a Chromium is there. */
export function whichElectron(): 'electron' | 'stand-in' | undefined {
  if (hasBinary()) return 'electron';
  return findChromium() === undefined ? undefined : 'stand-in';
}

/** Lets the package `electron` name the stand-in where its binary is missing. Call before Playwright launches. */
export function useWhatIsThere(): void {
  if (whichElectron() === 'stand-in') process.env['ELECTRON_OVERRIDE_DIST_PATH'] = join(STAND_IN, 'bin');
}

function hasBinary(): boolean {
  const folder = dirname(require.resolve('electron/package.json'));
  const name = join(folder, 'path.txt');
  return existsSync(name) && existsSync(join(folder, 'dist', readFileSync(name, 'utf8')));
}
