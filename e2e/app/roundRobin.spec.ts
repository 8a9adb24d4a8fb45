import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecipe } from '../../src/core/audio/takeFile.ts';
import { readWav } from '../../src/core/audio/wav.ts';
import { measureLoudness } from '../../src/core/dsp/loudness.ts';
import { seriousViolations } from './support/axe.ts';
import { expect, test } from './support/app.ts';
import { ask, ready } from './support/studio.ts';

test('variations of a prompt leave as a set of one name and one level', async ({
  window,
  desktop,
  dataFolder,
}) => {
  await ready(window);
  await ask(window, 'wooden door slams');
  await window.keyboard.press('Control+e');
  const dialog = window.getByRole('dialog', { name: 'Round robin' });
  // The library's sounds of that name say what category it is of.
  await expect(dialog.getByRole('list', { name: 'Files of the set' })).toContainText(
    /DOOR\w+_Wooden Door Slams_/,
  );
  await dialog.getByLabel('How many').fill('3');
  await dialog.getByLabel('How many').press('Tab');
  await dialog.getByRole('combobox', { name: 'CatID' }).pressSequentially('doorwood');
  await window.getByRole('option', { name: /DOORWood/ }).click();
  await dialog.getByLabel('FXName').fill('Slam/Test');
  await expect(dialog.getByRole('listitem')).toHaveText(
    [1, 2, 3].map((number) => new RegExp(`DOORWood_Slam Test_NONE_NONE_0${number}\\.wav`)),
  );
  expect(await seriousViolations(window)).toEqual([]);

  await window.setViewportSize({ width: 1400, height: 860 });
  await dialog.getByRole('button', { name: 'Make 3 takes' }).click();
  const write = dialog.getByRole('button', { name: 'Export to a folder…' });
  await expect(write).toBeEnabled({ timeout: 120_000 });
  const folder = join(dataFolder, '../set');
  await mkdir(folder);
  await desktop.answer('showOpenDialog', { canceled: false, filePaths: [folder] });
  await write.click();
  await expect(dialog).toHaveCount(0, { timeout: 60_000 });

  const names = (await readdir(folder)).sort();
  expect(names).toEqual([1, 2, 3].map((number) => `DOORWood_Slam Test_NONE_NONE_0${number}.wav`));
  const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
  const levels = files.map((bytes) => {
    const { channels, sampleRate } = readWav(bytes);
    return measureLoudness(channels, sampleRate);
  });
  const loudness = levels.map(({ integrated }) => integrated);
  expect(Math.max(...loudness) - Math.min(...loudness)).toBeLessThan(0.1);
  for (const { truePeak } of levels) expect(truePeak).toBeLessThan(-0.99);
  const recipes = files.map((bytes) => readRecipe(bytes));
  expect(recipes.map(({ prompt }) => prompt)).toEqual(Array(3).fill('wooden door slams'));
  expect(new Set(recipes.map(({ seed }) => seed)).size).toBe(3);
});
