import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { expect, test as base } from './app.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const NODE = join(ROOT, 'node_modules/.bin/node');

/** The app on a data folder that has the starter library in it already: made once by the CLI, copied for each spec. */
export const test = base.extend<object, { prepared: string }>({
  prepared: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures needed here
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'refoley-e2e-prepared-'));
      const args = ['src/cli/main.ts', '--data', join(folder, 'library'), 'library', 'list', '--limit', '1'];
      await promisify(execFile)(NODE, args, { cwd: ROOT });
      await use(folder);
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 600_000 },
  ],

  dataFolder: async ({ prepared }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'refoley-e2e-'));
    await cp(prepared, join(folder, 'data'), { recursive: true });
    await use(join(folder, 'data'));
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  },
});

/** Waits until the library can be searched and takes can be made. */
export async function ready(window: Page): Promise<void> {
  await expect(window.getByRole('contentinfo')).toContainText('starter', { timeout: 120_000 });
}

/** The field of the prompt, with these words in it and the shortest takes. */
export async function ask(window: Page, prompt: string): Promise<void> {
  const field = window.getByRole('combobox', { name: 'What should it sound like?' });
  await field.fill(prompt);
  await window.getByLabel('Duration').fill('0.6');
  await window.getByLabel('Duration').press('Enter');
}

export { expect };
