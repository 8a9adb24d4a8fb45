import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base, expect, type ElectronApplication, type Page } from '@playwright/test';
import { preparedData } from '../../support/preparedData.ts';
import { Desktop } from './desktop.ts';
import { launch } from './electron.ts';

interface Fixtures {
  /** The built app: a folder with its package.json. */
  appFolder: string;
  /** Where the app keeps its data: another folder for each spec. */
  dataFolder: string;
  /** Whether the starter library is in it already, as after the first start. */
  prepared: boolean;
  /** More of the command line. */
  extraArgs: string[];
  app: ElectronApplication;
  /**
   * The app's first window. A spec fails when its page throws. It hides the page's own `window` from the compiler: inside
   * `evaluate`, say `globalThis`.
   */
  window: Page;
  /** Dialogs, the shell and drags out of the window, answered and recorded. */
  desktop: Desktop;
}

export const test = base.extend<Fixtures>({
  appFolder: [resolve(import.meta.dirname, '../../..'), { option: true }],
  extraArgs: [[], { option: true }],

  prepared: [true, { option: true }],

  dataFolder: async ({ prepared }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'refoley-e2e-'));
    // Of hundreds of small files: `cp` takes five times as long.
    if (prepared) cpSync(await preparedData(), join(folder, 'data', 'library'), { recursive: true });
    await use(join(folder, 'data'));
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  },

  app: async ({ appFolder, dataFolder, extraArgs }, use) => {
    const app = await launch(appFolder, dataFolder, extraArgs);
    await use(app);
    await app.close();
  },

  window: async ({ app }, use) => {
    const errors: Error[] = [];
    app.on('window', (page) => page.on('pageerror', (error) => errors.push(error)));
    const window = await app.firstWindow();
    window.on('pageerror', (error) => errors.push(error));
    await window.waitForURL((url) => url.protocol !== 'about:'); // each window starts with an empty document
    await use(window);
    expect(errors, 'errors that the page did not catch').toEqual([]);
  },

  desktop: async ({ app, dataFolder }, use) => {
    await use(await Desktop.of(app, join(dataFolder, '../dropped')));
  },
});

export { expect, launch };
