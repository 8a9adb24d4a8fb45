import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { launch } from '../e2e/app/support/electron.ts';

export const ROOT = resolve(import.meta.dirname, '..');

export function buildApp(): void {
  const vite = join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js');
  execFileSync(process.execPath, [vite, 'build'], { cwd: ROOT, stdio: 'ignore' });
}

/** Opens the built app on a data folder, and closes it in the end. @param preloads as of {@link launch} */
export async function inApp<Result>(
  dataFolder: string,
  act: (window: Page, app: ElectronApplication) => Promise<Result>,
  preloads: readonly string[] = [],
): Promise<Result> {
  const app = await launch(ROOT, dataFolder, [], preloads);
  try {
    const window = await app.firstWindow();
    await window.waitForURL((url) => url.protocol !== 'about:'); // each window starts with an empty document
    return await act(window, app);
  } finally {
    await app.close();
  }
}
