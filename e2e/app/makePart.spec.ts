import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readWav } from '../../src/core/audio/wav.ts';
import { expect, test } from './support/app.ts';
import { seriousViolations } from './support/axe.ts';
import { editorOf } from './support/editor.ts';

const samplesOf = async (path: string) => readWav(await readFile(path)).channels[0] ?? new Float32Array();

test('a gap is filled, nothing around it changes, and the export says so', async ({
  window,
  desktop,
  dataFolder,
}) => {
  test.slow();
  const editor = editorOf(window);
  await editor.open(3);
  const ref = await editor.opened();
  const before = await editor.state(ref);
  const frames = before.rendered?.frames ?? 0;
  const rate = before.rendered?.sampleRate ?? 1;
  const [original] = await previews(dataFolder);

  await editor.select(0.4, 0.6);
  const [from, to] = [await editor.seconds('Start'), await editor.seconds('End')];
  await window.getByRole('button', { name: 'Fill…' }).click();
  const make = window.getByRole('region', { name: 'Make a part' });
  // The words of the sound are there, and so are the sounds that they find.
  await expect(make.getByLabel('What is to be heard')).not.toHaveValue('');
  await expect(
    make.getByRole('list', { name: 'Neighbours of the part' }).locator('.row').first(),
  ).toBeVisible();
  expect(await seriousViolations(window)).toEqual([]);
  await make.getByRole('button', { name: 'Make what is selected' }).click();
  await expect(make.getByRole('status')).toContainText('Making');
  await expect(editor.edits).toHaveCount(1, { timeout: 120_000 });
  await expect(editor.edits).toContainText('Replace');

  const filled = await editor.state(ref);
  expect(filled.rendered?.frames).toBe(frames);
  const files = await previews(dataFolder);
  const [a, b] = [await samplesOf(original!), await samplesOf(files.find((file) => file !== original)!)];
  const [start, end] = [Math.round(from * rate), Math.round(to * rate)];
  expect(b.slice(0, start)).toEqual(a.slice(0, start));
  expect(b.slice(end)).toEqual(a.slice(end));
  expect(b.slice(start, end)).not.toEqual(a.slice(start, end));
  expect(Math.max(...b.slice(start, end).map(Math.abs))).toBeGreaterThan(0.001);

  // Another one takes its place.
  const another = make.getByRole('button', { name: 'Another one' });
  await another.click();
  await expect(another).toHaveCount(0);
  await expect(another).toBeVisible({ timeout: 120_000 });
  expect((await editor.state(ref)).rendered?.version).not.toBe(filled.rendered?.version);
  await expect(editor.edits).toHaveCount(1);
  await window.keyboard.press('Escape');
  await expect(make).toHaveCount(0);

  // What leaves the app names the sounds that shaped the part.
  const out = join(dataFolder, 'out');
  await mkdir(out);
  await desktop.answer('showOpenDialog', { canceled: false, filePaths: [out] });
  await window.getByRole('button', { name: 'Export…' }).click();
  const dialog = window.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('radio', { name: 'FLAC' }).click();
  await dialog.getByLabel('A sheet, CSV and JSON').check();
  expect(await seriousViolations(window)).toEqual([]);
  await dialog.getByRole('button', { name: 'Export to a folder…' }).click();
  await expect(dialog).toHaveCount(0, { timeout: 60_000 });
  const written = await readdir(out);
  expect(written.map((name) => name.slice(name.lastIndexOf('.'))).sort()).toEqual(['.csv', '.flac', '.json']);
  const sheet = JSON.parse(
    await readFile(
      join(
        out,
        written.find((name) => name.endsWith('.json'))!,
      ),
      'utf8',
    ),
  );
  expect(JSON.stringify(sheet)).toContain('replace');
});

/** The files that are played, the oldest first. */
async function previews(dataFolder: string): Promise<string[]> {
  const folder = join(dataFolder, 'library', 'edits');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.wav'));
  return names.map((name) => join(folder, name));
}
