import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from './support/app.ts';
import { studioOf, takesOf } from './support/studio.ts';

const sha256 = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

test('neighbours follow the typing; pins, bans and weights change the take and its influence', async ({
  window,
}) => {
  const studio = studioOf(window);
  await studio.type('dog barks');
  await expect(studio.neighbours).toHaveCount(3);
  await expect(studio.neighbours.first()).toContainText(/dog|bark/i);
  await studio.type('heavy wooden door slams');
  await expect(studio.neighbours.first()).toContainText(/door/i);

  await studio.set('Takes', 1);
  await studio.set('Duration', 1);
  await studio.set('Seed', 7);
  await studio.make(1);
  await studio.make(2);

  // A weight is stepped by key on the row.
  const name = (await studio.neighbours.nth(1).getAttribute('aria-label')) ?? '';
  const weighed = studio.neighbours.filter({ hasText: name.split(':')[0] ?? '' });
  await weighed.focus();
  for (let i = 0; i < 4; i++) await window.keyboard.press(']');
  await expect(weighed).toContainText('×5');
  await studio.make(3);

  // A ban makes room for another sound.
  const banned = await studio.neighbours.first().getAttribute('aria-label');
  await studio.neighbours.first().focus();
  await window.keyboard.press('b');
  await expect(studio.neighbours.filter({ hasText: banned?.split(':')[0] ?? '' })).toHaveCount(0);
  await studio.make(4);

  const [banning, weighing, again, first] = await takesOf(window);
  if (!banning || !weighing || !again || !first) throw new Error('four takes were made');
  expect(await sha256(again.path)).toBe(await sha256(first.path));
  expect(await sha256(weighing.path)).not.toBe(await sha256(first.path));
  const heavy = weighing.neighbours.find(({ weight }) => weight === 5);
  const before = first.neighbours.find(({ id }) => id === heavy?.id);
  expect(heavy?.influence).toBeGreaterThan((before?.influence ?? 1) + 0.05);
  const ids = (take: typeof first) => take.neighbours.map(({ id }) => id).sort();
  expect(ids(banning)).not.toEqual(ids(weighing));
  expect(banning.neighbours.map(({ id }) => id)).not.toContain(heavy?.id);
});

test('the library can be left out, and the same seed compared with and without it', async ({ window }) => {
  const studio = studioOf(window);
  await window.setViewportSize({ width: 1400, height: 860 });
  await studio.type('glass bottle breaks');
  await studio.set('Takes', 1);
  await studio.set('Duration', 1);
  await studio.make(1);
  await studio.takes.first().click();
  await window.getByRole('button', { name: 'A/B library' }).click();
  await expect(studio.takes).toHaveCount(2, { timeout: 60_000 });
  const [without, withLibrary] = await takesOf(window);
  expect(without?.neighbours).toHaveLength(0);
  expect(without?.seed).toBe(withLibrary?.seed);

  // Both sides run at once and are switched at one position.
  await studio.takes.first().click();
  await window.keyboard.press('a');
  const sides = window.getByRole('group', { name: 'Compare' });
  await expect(sides.getByRole('button', { name: 'A' })).toHaveAttribute('aria-pressed', 'true');
  await window.keyboard.press('x');
  await expect(sides.getByRole('button', { name: 'B' })).toHaveAttribute('aria-pressed', 'true');
});
