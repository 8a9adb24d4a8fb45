import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { readRecipe } from '../../src/core/audio/takeFile.ts';
import { readWav, writeWav } from '../../src/core/audio/wav.ts';
import { measureLoudness } from '../../src/core/dsp/loudness.ts';
import { exportedFileSchema } from '../../src/core/export/exportedFile.ts';
import { expect, test } from './support/app.ts';
import { dropFiles } from './support/desktop.ts';
import { editorOf } from './support/editor.ts';
import { ready, studioOf, takesOf } from './support/studio.ts';

test('a take and a sound of the library leave with a sheet, and tell where they came from', async ({
  window,
  dataFolder,
}) => {
  await ready(window);
  const studio = studioOf(window);
  await studio.type('wooden door slams');
  await studio.set('Duration', '0.6');
  await studio.make(1);
  const [take] = await takesOf(window);
  const folder = join(dataFolder, '../delivery');

  const exported = await window.evaluate(
    async ([id, into]) => {
      const refs = [`take/${id}`, 'sound/1'] as const;
      const delivery = { format: 'wav', bits: 16, sampleRate: 44_100 } as const;
      const said = { catId: 'DOORWood', creatorId: 'JD' };
      const asked = {
        refs: [...refs],
        folder: into,
        delivery,
        said,
        sheet: 'all',
        handOff: ['reaper' as const],
      };
      const answer = await globalThis.refoley.invoke('delivery.export', asked);
      if (!answer.ok) throw new Error(answer.error.message);
      return answer.value;
    },
    [take?.id ?? 0, folder] as const,
  );
  expect(exported.files.map(({ ref, bits, sampleRate }) => ({ ref, bits, sampleRate }))).toEqual([
    { ref: `take/${take?.id ?? 0}`, bits: 16, sampleRate: 44_100 },
    { ref: 'sound/1', bits: 16, sampleRate: 44_100 },
  ]);
  const names = await readdir(folder);
  expect(names.filter((name) => /^DOORWood_.+_JD_NONE_01\.wav$/.test(name))).toHaveLength(2);
  expect(names).toEqual(expect.arrayContaining(['all.csv', 'all.json', 'all.rpp']));
  const [file] = exported.files;
  expect(readRecipe(await readFile(file?.path ?? '')).seed).toBe(take?.seed);
  expect(file?.neighbours).toHaveLength(take?.neighbours.length ?? 0);

  const page = await window.evaluate(
    async ([id, out]) => {
      const shown = await globalThis.refoley.invoke('delivery.show', { ref: `take/${id}` });
      const sheet = await globalThis.refoley.invoke('delivery.sheet', { ref: `take/${id}`, file: out });
      if (!shown.ok || !sheet.ok) throw new Error('it was refused');
      return { prompt: shown.value.recipe?.prompt, path: sheet.value.path };
    },
    [take?.id ?? 0, join(folder, 'where.html')] as const,
  );
  expect(page.prompt).toBe('wooden door slams');
  expect(await readFile(page.path, 'utf8')).toContain(file?.neighbours[0]?.sha256);

  const refused = await window.evaluate(async (into) => {
    const answer = await globalThis.refoley.invoke('delivery.export', {
      ...{ refs: ['sound/1'], folder: into, template: 'a/{name}' },
    });
    return answer.ok ? 'exported' : answer.error;
  }, folder);
  expect(refused).toMatchObject({ kind: 'input', message: expect.stringContaining('another folder') });
});

const RATE = 48_000;

test('six channels are cut, get layers by drop, are compared with the original, and leave as stems with their levels', async ({
  window,
  desktop,
  dataFolder,
}) => {
  const [folder, six, bell] = ['stems', 'six.wav', 'bell.wav'].map((name) => join(dataFolder, '..', name));
  const tone = (frames: number, step: number) =>
    Float32Array.from({ length: frames }, (_, n) => 0.1 * Math.sin(n * step));
  const channels = [1, 2, 3, 4, 5, 6].map((each) => tone(2 * RATE, each / 50));
  await writeFile(six!, writeWav({ sampleRate: RATE, channels, bits: 24 }));
  await writeFile(bell!, writeWav({ sampleRate: RATE, channels: [tone(RATE / 4, 0.3)], bits: 24 }));
  const editor = editorOf(window);
  const ref = await editor.adopt(six!);
  await expect(editor.loudness).toContainText('LUFS');
  await expect(window.getByRole('region', { name: 'Editor' })).toContainText('6 channels');
  await editor.select(0.25, 0.75);
  await window.keyboard.press('t');
  await expect(editor.edits).toHaveCount(1);

  await dropFiles(window, editor.wave, [bell!]);
  await expect(editor.form).toContainText('Layer');
  await window.keyboard.press('Enter');
  await expect(editor.edits).toHaveCount(2);
  // From the library: what leaves it as files of the system's comes back as our own sound.
  await window.keyboard.press('Control+2');
  const row = window.getByRole('row', { name: /wolf/ }).first();
  await row.dispatchEvent('dragstart');
  await expect.poll(async () => (await desktop.calls()).map(([what]) => what)).toContain('startDrag');
  await window.keyboard.press('Control+4');
  await dropFiles(window, editor.wave, [bell!]);
  await expect(editor.form).toContainText('Layer');
  await window.keyboard.press('Enter');
  await expect(editor.edits).toHaveCount(3);
  const { operations } = await editor.state(ref);
  const [, disk, library] = operations;
  if (disk?.op !== 'layer' || library?.op !== 'layer') throw new Error('no layers');
  expect(disk.at).toBeCloseTo(0.5, 1);
  expect(library.sound).not.toBe(disk.sound);

  // The original is the longer one.
  await window.evaluate(recordSources);
  await window.keyboard.down('o');
  await expect.poll(() => window.evaluate(() => globalThis.sources.at(-1))).toBeCloseTo(2, 2);
  await window.keyboard.up('o');
  await expect.poll(() => window.evaluate(() => globalThis.sources.at(-1))).toBeLessThan(1.9);
  await window.keyboard.press('k');

  await desktop.answer('showOpenDialog', { canceled: false, filePaths: [folder!] });
  await window.keyboard.press('Control+Shift+S');
  const dialog = window.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: /each layer/ }).check();
  await dialog.getByRole('checkbox', { name: /A sheet/ }).check();
  await dialog.getByRole('textbox', { name: 'Name of the sheet' }).fill('all');
  await dialog.getByRole('button', { name: /Export to a folder/ }).click();
  await expect(window.getByText(`3 files written to ${folder}`)).toBeVisible();
  const { files } = exportedSchema.parse(JSON.parse(await readFile(join(folder!, 'all.json'), 'utf8')));
  const stems = await Promise.all(files.map(async ({ path }) => readWav(await readFile(path))));
  expect(stems.map((stem) => stem.channels.length)).toEqual([6, 6, 6]);
  // Together they are what is heard.
  const mix = readWav(await editor.bytes()).channels;
  for (const [index, channel] of mix.entries()) {
    const wrong = channel.map((sample, n) =>
      Math.abs(sample - stems.reduce((sum, stem) => sum + (stem.channels[index]?.[n] ?? NaN), 0)),
    );
    expect(wrong.reduce((most, each) => Math.max(most, each))).toBeLessThan(2 ** -21);
  }
  const table = await readFile(join(folder!, 'all.csv'), 'utf8');
  const rows = parse<Record<string, string>>(table, { bom: true, columns: true });
  expect(rows.map(({ layer }) => layer)).toEqual(files.map(({ layer }) => layer));
  expect(rows.map(({ loudness }) => Number(loudness))).toEqual(
    stems.map((stem) => expect.closeTo(measureLoudness(stem.channels, RATE).integrated, 4)),
  );
});

const exportedSchema = z.object({ files: z.array(exportedFileSchema) });

/** In the page: keeps how many seconds each sound has that is started. */
function recordSources(): void {
  globalThis.sources = [];
  const start: unknown = Reflect.get(AudioBufferSourceNode.prototype, 'start');
  AudioBufferSourceNode.prototype.start = function (...args) {
    globalThis.sources.push(this.buffer?.duration ?? 0);
    Reflect.apply(start as () => void, this, args);
  };
}
