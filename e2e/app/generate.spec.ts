import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readRecipe } from '../../src/core/audio/takeFile.ts';
import { expect, test } from './support/app.ts';
import { studioOf, takesOf } from './support/studio.ts';

test('neighbours while typing, then takes that tell what shaped them', async ({ window }) => {
  await window.setViewportSize({ width: 1400, height: 860 });
  const prompt = window.getByRole('combobox', { name: 'What should it sound like?' });
  await prompt.fill('heavy wooden door slams');
  const neighbours = window.getByRole('list', { name: 'Neighbours of the prompt' }).getByRole('listitem');
  await expect(neighbours).toHaveCount(3);
  await expect(neighbours.first()).toContainText(/door/i);
  await window.screenshot({ path: 'test-results/neighbours.png' });
  await studioOf(window).set('Duration', 0.6);

  await prompt.press('Enter');
  const takes = window.getByRole('listitem', { name: /^Take:/ });
  await expect(takes).toHaveCount(4, { timeout: 120_000 });
  await expect(takes.first()).toContainText(/fit 0\.\d\d/, { timeout: 60_000 });
  await takes.first().click();
  await expect(window.getByRole('complementary', { name: 'Inspector' })).toContainText('What shaped it');
  await window.screenshot({ path: 'test-results/takes.png' });
});

test('the best of three candidates says so, and is made again to the byte', async ({ window }) => {
  await window.setViewportSize({ width: 1400, height: 860 });
  const studio = studioOf(window);
  await studio.type('wooden door slams');
  await studio.set('Takes', 1);
  await studio.set('Duration', 0.6);
  await studio.set('Candidates: made of each take, of which the best is kept', 3);
  await studio.make(1);
  await studio.takes.first().click();
  await expect(studio.inspector).toContainText('the best of 3');
  await studio.inspector.getByRole('button', { name: 'Make again' }).click();
  await expect(studio.takes).toHaveCount(2, { timeout: 60_000 });

  const files = await Promise.all((await takesOf(window)).map(({ path }) => readFile(path)));
  for (const recipe of files.map((bytes) => readRecipe(bytes))) {
    expect(recipe.candidates).toBe(3);
    expect([0, 1, 2]).toContain(recipe.candidate);
  }
  const [again, first] = files.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  expect(again).toBe(first);

  // The grid shows what is looked for, also after it was left.
  const find = window.getByRole('textbox', { name: 'Find takes by name or prompt' });
  await find.fill('no such sound');
  await expect(studio.takes).toHaveCount(0);
  await window.keyboard.press('Control+2');
  await window.keyboard.press('Control+1');
  await expect(find).toHaveValue('no such sound');
  await expect(studio.takes).toHaveCount(0);
  await find.fill('door');
  await expect(studio.takes).toHaveCount(2);
});

test('guidance acts in some of the steps, where there is any', async ({ window }) => {
  await window.setViewportSize({ width: 1400, height: 860 });
  const studio = studioOf(window);
  await studio.type('wooden door slams');
  const [from, upTo] = ['Guided from', 'Guided up to'].map((name) => window.getByRole('slider', { name }));
  await expect(upTo!).toHaveCount(0);
  await window.getByRole('radio', { name: 'Fine' }).click();
  await studio.set('Takes', 1);
  await studio.set('Duration', 0.6);
  await studio.set('Steps', 4);
  for (let fifth = 0; fifth < 5; fifth++) {
    await from!.press('ArrowRight');
    await upTo!.press('ArrowLeft');
  }
  await window.screenshot({ path: 'test-results/guided.png' });
  await studio.make(1);
  await studio.takes.first().click();
  await expect(studio.inspector).toContainText('in the steps from 25 % to 75 %');
  await studio.inspector.getByRole('button', { name: 'Make again' }).click();
  await expect(studio.takes).toHaveCount(2, { timeout: 60_000 });
  const [again, first] = await Promise.all((await takesOf(window)).map(({ path }) => readFile(path)));
  expect(readRecipe(first!).guidanceInterval).toEqual({ from: 0.25, to: 0.75 });
  expect(again!.equals(first!)).toBe(true);

  for (const slider of ['Follow the prompt', 'Follow the library']) {
    await window.getByRole('slider', { name: slider }).press('Home');
    for (let tenth = 0; tenth < 10; tenth++) await window.keyboard.press('ArrowRight');
  }
  await expect(upTo!).toHaveCount(0);
});
