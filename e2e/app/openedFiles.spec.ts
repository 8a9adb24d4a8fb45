import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readRecipe } from '../../src/core/audio/takeFile.ts';
import { expect, launch, test } from './support/app.ts';
import { electronFile } from './support/electron.ts';
import { ask, ready, studioOf, takesOf } from './support/studio.ts';

test('a recipe is opened by the system: in the app that runs, and with the app that starts', async ({
  app,
  appFolder,
  dataFolder,
  window,
}) => {
  await ready(window);
  const studio = studioOf(window);
  await ask(window, 'wooden door slams');
  await studio.set('Takes', 1);
  await studio.make(1);
  const [take] = await takesOf(window);
  const recipe = readRecipe(await readFile(take?.path ?? ''));
  const write = (name: string, changes: object) =>
    writeFile(join(dataFolder, '..', name), JSON.stringify({ ...recipe, ...changes }));
  await write('door.refoley', { prompt: 'another door', seed: 11 });
  await write('bell.refoley', { prompt: 'a bell, far away', seed: 12 });
  await studio.prompt.fill('');

  // Named as a person names it in a terminal that is elsewhere than the app.
  const folder = dirname(dataFolder);
  const second = spawn(electronFile(), [appFolder, `--user-data-dir=${dataFolder}`, 'door.refoley'], {
    cwd: folder,
  });
  expect(await once(second, 'exit')).toEqual([0, null]);
  await expect(studio.prompt).toHaveValue('another door');
  await expect(window.getByLabel('Seed', { exact: true })).toHaveValue('11');
  await expect(studio.neighbours).toHaveCount(recipe.neighbours.length);
  expect(app.windows()).toHaveLength(1);
  await app.close();

  const again = await launch(appFolder, dataFolder, [join(folder, 'bell.refoley')]);
  try {
    const opened = studioOf(await again.firstWindow());
    await expect(opened.prompt).toHaveValue('a bell, far away', { timeout: 60_000 });
    await expect(opened.neighbours).toHaveCount(recipe.neighbours.length);
    // It is opened once: a page that is loaded anew begins empty.
    const page = await again.firstWindow();
    await page.reload();
    await ready(page);
    await expect(opened.prompt).toHaveValue('');
  } finally {
    await again.close();
  }
});
