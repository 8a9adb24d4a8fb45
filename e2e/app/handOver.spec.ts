import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './support/app.ts';
import { studioOf } from './support/studio.ts';

test('a take is dragged into a DAW, sent to its folder, revealed, deleted and brought back', async ({
  window,
  desktop,
  dataFolder,
}) => {
  const studio = studioOf(window);
  await studio.type('metal clang');
  await studio.set('Takes', 1);
  await studio.set('Duration', 0.5);
  await studio.make(1);
  const take = studio.takes.first();

  await take.dragTo(window.getByRole('contentinfo'));
  await expect.poll(async () => (await desktop.calls()).map(([what]) => what)).toContain('startDrag');
  const drag = (await desktop.calls()).find(([what]) => what === 'startDrag');
  const bytes = await desktop.dropped(String(drag?.[1]));
  expect(bytes.subarray(0, 4).toString()).toBe('RIFF');
  expect(bytes.includes('bext')).toBe(true);

  const folder = join(dataFolder, '..', 'watched');
  await mkdir(folder);
  await desktop.answer('showOpenDialog', { canceled: false, filePaths: [folder] });
  await take.click();
  await window.keyboard.press('Control+Shift+E');
  await expect.poll(() => readdir(folder)).toHaveLength(1);

  await window.keyboard.press('Control+Shift+R');
  await expect.poll(async () => (await desktop.calls()).map(([what]) => what)).toContain('showItemInFolder');

  await take.focus();
  await window.keyboard.press('Delete');
  await expect(studio.takes).toHaveCount(0);
  await window.keyboard.press('Control+Z');
  await expect(studio.takes).toHaveCount(1);
});
