import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { _electron, type ElectronApplication } from '@playwright/test';

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

/**
 * Opens the app on a data folder.
 * @param extraArgs more of the command line
 * @param preloads modules (CommonJS) that its main process loads before the app
 */
export function launch(
  appFolder: string,
  dataFolder: string,
  extraArgs: readonly string[] = [],
  preloads: readonly string[] = [],
): Promise<ElectronApplication> {
  useWhatIsThere();
  const before = preloads.flatMap((file) => ['-r', file]);
  const args = [...before, '.', `--user-data-dir=${dataFolder}`, ...extraArgs];
  return _electron.launch({ args, cwd: appFolder });
}

/** The program that opens the app, for who starts it without Playwright. */
export function electronFile(): string {
  useWhatIsThere();
  return require('electron') as string;
}

/** Lets the package `electron` name the stand-in where its binary is missing. */
function useWhatIsThere(): void {
  if (whichElectron() === 'stand-in') process.env['ELECTRON_OVERRIDE_DIST_PATH'] = join(STAND_IN, 'bin');
}

function hasBinary(): boolean {
  const folder = dirname(require.resolve('electron/package.json'));
  const name = join(folder, 'path.txt');
  return existsSync(name) && existsSync(join(folder, 'dist', readFileSync(name, 'utf8')));
}
