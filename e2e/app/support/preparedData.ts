import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runJson } from '../../support/refoley.ts';
import { test as base } from './app.ts';

interface WorkerFixtures {
  /** A data folder of the app with the starter library listened to; made once, by the product. */
  prepared: string;
}

/** Specs that begin with the starter library in place: each has a copy of its own, instead of 20 s of listening. */
export const test = base.extend<object, WorkerFixtures>({
  prepared: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures needed here
    async ({}, use) => {
      const kept = process.env['REFOLEY_E2E_DATA'];
      const folder = kept ?? (await mkdtemp(join(tmpdir(), 'refoley-prepared-')));
      // Under the profile that a spec chooses, the app keeps its data in `library`.
      // Looking for what it lacks learns the names of the categories, too.
      await runJson(['library', 'coverage', '--data', join(folder, 'library')]);
      await use(folder);
      if (kept === undefined) await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 300_000 },
  ],

  dataFolder: async ({ prepared }, use) => {
    const folder = join(await mkdtemp(join(tmpdir(), 'refoley-e2e-')), 'data');
    await cp(prepared, folder, { recursive: true });
    await use(folder);
    await rm(dirname(folder), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  },
});
