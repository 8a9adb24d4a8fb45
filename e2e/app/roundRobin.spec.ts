import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { readRecipe } from '../../src/core/audio/takeFile.ts';
import { readWav } from '../../src/core/audio/wav.ts';
import { measureLoudness } from '../../src/core/dsp/loudness.ts';
import { seriousViolations } from './support/axe.ts';
import { expect, test } from './support/app.ts';
import type { Desktop } from './support/desktop.ts';
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
  const { names, recipes } = await exported(dialog, desktop, join(dataFolder, '../set'));
  expect(names).toEqual([1, 2, 3].map((number) => `DOORWood_Slam Test_NONE_NONE_0${number}.wav`));
  expect(recipes.map(({ prompt }) => prompt)).toEqual(Array(3).fill('wooden door slams'));
  expect(new Set(recipes.map(({ seed }) => seed)).size).toBe(3);
});

test('variations of a sound of the library lean on it and are called after it', async ({
  window,
  desktop,
  dataFolder,
}) => {
  await window.setViewportSize({ width: 1400, height: 860 });
  await ready(window);
  // Of the bar: what it says beside the words counts for the set as well.
  await ask(window, '');
  await window.getByRole('textbox', { name: 'Search the library' }).fill('sword clash');
  const sound = window.getByRole('list', { name: 'Sounds of the library' }).getByRole('listitem').first();
  await expect(sound).toHaveAccessibleName(/sword/i);
  await sound.click();
  const [file = '', caption = ''] = ((await sound.getAttribute('aria-label')) ?? '').split(': ');
  await window.keyboard.press('Control+e');
  const dialog = window.getByRole('dialog', { name: 'Round robin' });
  await expect(dialog).toContainText(`Variations of ${file}`);
  await expect(dialog.getByLabel('FXName')).toHaveValue(new RegExp(`^${caption}$`, 'i'));
  const catId = dialog.getByRole('combobox', { name: 'CatID' });
  await expect(catId).toHaveValue(/^[A-Z]{2,}[A-Za-z]+$/);
  const title = `${await catId.inputValue()}_${await dialog.getByLabel('FXName').inputValue()}`;
  await dialog.getByLabel('How many').fill('2');
  await dialog.getByLabel('How many').press('Tab');
  await dialog.getByRole('button', { name: 'Make 2 takes' }).click();
  const { names, recipes } = await exported(dialog, desktop, join(dataFolder, '../set'));
  expect(names).toEqual([1, 2].map((number) => `${title}_NONE_NONE_0${number}.wav`));
  for (const { neighbours } of recipes)
    expect(neighbours.filter(({ pinned }) => pinned).map(({ name }) => name)).toEqual([file]);
});

/** Writes the set into a new folder when it is made, and holds its files to one level. */
async function exported(dialog: Locator, desktop: Desktop, folder: string) {
  const write = dialog.getByRole('button', { name: 'Export to a folder…' });
  await expect(write).toBeEnabled({ timeout: 120_000 });
  await mkdir(folder);
  await desktop.answer('showOpenDialog', { canceled: false, filePaths: [folder] });
  await write.click();
  await expect(dialog).toHaveCount(0, { timeout: 60_000 });
  const names = (await readdir(folder)).sort();
  const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
  const levels = files.map((bytes) => {
    const { channels, sampleRate } = readWav(bytes);
    return measureLoudness(channels, sampleRate);
  });
  const loudness = levels.map(({ integrated }) => integrated);
  expect(Math.max(...loudness) - Math.min(...loudness)).toBeLessThan(0.1);
  for (const { truePeak } of levels) expect(truePeak).toBeLessThan(-0.99);
  return { names, recipes: files.map((bytes) => readRecipe(bytes)) };
}
