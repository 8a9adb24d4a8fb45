import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecipe } from '../../src/core/audio/takeFile.ts';
import { expect, test } from './support/app.ts';
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
