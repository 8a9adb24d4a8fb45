import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recipeSchema } from '../../src/core/pipeline/recipe.ts';
import { dropFiles } from './support/desktop.ts';
import { expect, test } from './support/app.ts';
import { ask, ready } from './support/studio.ts';

test('a recipe is saved, opened again with its neighbours, and told when one is missing', async ({
  window,
  desktop,
  dataFolder,
}) => {
  await window.setViewportSize({ width: 1400, height: 860 });
  await ready(window);
  await ask(window, 'wooden door slams');
  await window.getByRole('textbox', { name: 'Takes', exact: true }).fill('1');
  await window.getByRole('textbox', { name: 'Takes', exact: true }).press('Enter');
  await window.getByRole('button', { name: 'Generate' }).click();
  const take = window.getByRole('listitem', { name: /^Take:/ });
  await expect(take).toHaveCount(1, { timeout: 120_000 });
  await take.click();

  const file = join(dataFolder, '../door.refoley');
  await desktop.answer('showSaveDialog', { canceled: false, filePath: file });
  await window.getByRole('button', { name: 'Save recipe' }).click();
  await expect(window.getByRole('status').filter({ hasText: 'Recipe saved' })).toBeVisible();
  const recipe = recipeSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  expect(recipe.neighbours).toHaveLength(3);

  const prompt = window.getByRole('combobox', { name: 'What should it sound like?' });
  await prompt.fill('');
  await desktop.answer('showOpenDialog', { canceled: false, filePaths: [file] });
  await window.keyboard.press('Control+Shift+O');
  await expect(prompt).toHaveValue('wooden door slams');
  await expect(window.getByLabel('Seed', { exact: true })).toHaveValue(String(recipe.seed));
  const pins = window.getByRole('list', { name: 'Neighbours of the prompt' }).getByRole('listitem');
  await expect(pins).toHaveCount(3);

  const [first, ...others] = recipe.neighbours;
  if (!first) throw new Error('the take has no neighbours');
  const gone = { ...first, name: 'gone.wav', sha256: '0'.repeat(64) };
  await writeFile(file, JSON.stringify({ ...recipe, prompt: 'another door', neighbours: [gone, ...others] }));
  await dropFiles(window, window.getByRole('list', { name: 'Takes, the newest first' }), [file]);
  await expect(prompt).toHaveValue('another door');
  await expect(window.getByRole('status').filter({ hasText: 'gone.wav' })).toBeVisible();

  // A take dropped on the prompt brings the recipe inside it.
  const takes = join(dataFolder, 'library/takes');
  const [name = ''] = await readdir(takes);
  const wav = join(dataFolder, '../sent.wav');
  await copyFile(join(takes, name), wav);
  await dropFiles(window, prompt, [wav]);
  await expect(prompt).toHaveValue('wooden door slams');

  await window.keyboard.press('Control+k');
  await window.getByPlaceholder('What do you want to do?').fill('open recent');
  await expect(window.getByRole('option', { name: /sent\.wav/ })).toBeVisible();
});
