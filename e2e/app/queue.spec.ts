import { join } from 'node:path';
import { expect, launch, test } from './support/app.ts';
import { studioOf, takesOf } from './support/studio.ts';

test('a job is cancelled within a step and leaves nothing behind', async ({ window }) => {
  const studio = studioOf(window);
  await studio.type('rain on a tin roof');
  await window.getByRole('radio', { name: 'Fine' }).click();
  await studio.set('Takes', 2);
  await studio.set('Steps', 200);
  await studio.prompt.press('Enter');
  await expect(studio.jobs).toContainText(/generating.*left/, { timeout: 60_000 });
  await studio.jobs.getByRole('button', { name: 'Cancel' }).click();
  await expect(studio.jobs).toContainText('cancelled after 0 of 2 takes');
  expect(await takesOf(window)).toHaveLength(0);
  await studio.jobs.getByRole('button', { name: 'Dismiss' }).click();
  await expect(studio.jobs).toHaveCount(0);
});

test('the queue goes on after the app was closed in the middle of it', async ({
  appFolder,
  dataFolder,
  app,
  window,
}) => {
  const studio = studioOf(window);
  await studio.type('slow footsteps on gravel');
  await studio.set('Takes', 3);
  await studio.set('Duration', 1);
  await studio.set('Seed', 40);
  await studio.prompt.press('Enter');
  await expect(studio.takes).not.toHaveCount(0, { timeout: 60_000 });
  await app.close();

  const again = await launch(appFolder, dataFolder);
  try {
    const reopened = await again.firstWindow();
    await expect(studioOf(reopened).takes).toHaveCount(3, { timeout: 120_000 });
    // The very takes that were asked for.
    expect((await takesOf(reopened)).map(({ seed }) => seed).sort()).toEqual([40, 41, 42]);
    await expect(studioOf(reopened).jobs).toHaveCount(0);
  } finally {
    await again.close();
  }
});

test('an engine that dies is started again, says so, and finishes the job', async ({
  window,
  dataFolder,
}) => {
  const studio = studioOf(window);
  await studio.type('sword clash');
  await window.getByRole('radio', { name: 'Fine' }).click();
  await studio.set('Takes', 1);
  await studio.set('Steps', 60);
  await studio.set('Duration', 1);
  await studio.prompt.press('Enter');
  await expect(studio.jobs).toContainText('generating', { timeout: 60_000 });
  await killEngine(join(dataFolder, 'library'));
  await expect(studio.takes).toHaveCount(1, { timeout: 120_000 });
});

/** Ends the engine's process as the system would that ran out of memory. */
async function killEngine(folder: string): Promise<void> {
  const { readdir, readFile, readlink } = await import('node:fs/promises');
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes('engineProcess')) continue;
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
    if (links.some((link) => link.startsWith(folder))) process.kill(Number(pid), 'SIGKILL');
  }
}
