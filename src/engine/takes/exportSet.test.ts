import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeText } from '#core/audio/encoding.ts';
import { readIxml } from '#core/audio/ixml.ts';
import { encodeTake, readRecipe } from '#core/audio/takeFile.ts';
import { readWav, readWavChunk } from '#core/audio/wav.ts';
import { measureLoudness } from '#core/dsp/loudness.ts';
import { recipeSchema } from '#core/pipeline/recipe.ts';
import { exportSet } from './exportSet.ts';
import { saveRecipe } from './recipeFile.ts';

const RATE = 48_000;
const naming = { catId: 'FEETHmn', fxName: 'Gravel Walk', creatorId: 'JD', sourceId: 'SHOW' };

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-set-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const recipe = (seed: number) =>
  recipeSchema.parse({
    ...{ format: 1, pack: { name: 'starter', version: '1', sha256: 'ab'.repeat(32) } },
    ...{ prompt: 'steps on gravel', negative: '', seed, sampler: 'dpmpp', steps: 20, guidance: 3 },
    ...{
      libraryGuidance: 1,
      retrieval: 'none',
      k: 0,
      duration: 1,
      sampleRate: RATE,
      bits: 24,
      neighbours: [],
    },
  });

async function writeTake(id: number, amplitude: number) {
  const channel = Float32Array.from({ length: RATE }, (_, n) => amplitude * Math.sin(n / 7));
  const path = join(root, `take${id}.wav`);
  await writeFile(path, encodeTake({ sampleRate: RATE, bits: 24, channels: [channel], recipe: recipe(id) }));
  return { id, path };
}

describe('exportSet', () => {
  it('writes a numbered set at one level, with the recipe and the fields of UCS, and leaves the takes alone', async () => {
    const takes = [await writeTake(1, 0.05), await writeTake(2, 0.4), await writeTake(3, 0.1)];
    const before = await Promise.all(takes.map(({ path }) => readFile(path)));
    const folder = join(root, 'out');
    const written = await exportSet({ takes, folder, naming, match: true }, {});
    expect((await readdir(folder)).sort()).toEqual([
      'FEETHmn_Gravel Walk_JD_SHOW_01.wav',
      'FEETHmn_Gravel Walk_JD_SHOW_02.wav',
      'FEETHmn_Gravel Walk_JD_SHOW_03.wav',
    ]);
    const levels = [];
    for (const [place, { path, takeId }] of written.entries()) {
      expect(takeId).toBe(takes[place]?.id);
      const bytes = await readFile(path);
      const { channels, sampleRate } = readWav(bytes);
      levels.push(measureLoudness(channels, sampleRate).integrated);
      expect(readRecipe(bytes)).toEqual(recipe(takeId));
      const { user, aswg } = readIxml(decodeText(readWavChunk(bytes, 'iXML') ?? new Uint8Array()));
      expect(user).toMatchObject({
        CATID: 'FEETHmn',
        CATEGORY: 'FOOTSTEPS',
        FXNAME: 'Gravel Walk',
        CREATORID: 'JD',
      });
      expect(aswg).toMatchObject({ catId: 'FEETHmn', sourceId: 'SHOW', fxName: 'Gravel Walk' });
    }
    expect(Math.max(...levels) - Math.min(...levels)).toBeLessThan(0.05);
    expect(await Promise.all(takes.map(({ path }) => readFile(path)))).toEqual(before);
  });

  it('goes on counting where there are files, and turns nothing unless asked to', async () => {
    const takes = [await writeTake(1, 0.05), await writeTake(2, 0.4)];
    await exportSet({ takes, folder: root, naming, match: false }, {});
    const again = await exportSet({ takes, folder: root, naming, match: false }, {});
    expect(again.map(({ path, gain }) => [path.slice(-6), gain])).toEqual([
      ['03.wav', 0],
      ['04.wav', 0],
    ]);
  });

  it('refuses a CatID that is not on the list, a take that is gone, and stops when told to', async () => {
    const take = await writeTake(1, 0.1);
    const folder = join(root, 'out');
    const request = { takes: [take], folder, naming, match: true };
    await expect(exportSet({ ...request, naming: { ...naming, catId: 'NOPE' } }, {})).rejects.toMatchObject({
      kind: 'input',
    });
    const gone = { ...request, takes: [take, { id: 9, path: join(root, 'gone.wav') }] };
    await expect(exportSet(gone, {})).rejects.toMatchObject({ kind: 'not-found' });
    await expect(exportSet(request, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(await readdir(folder).catch(() => [])).toEqual([]);
  });
});

describe('saveRecipe', () => {
  it('writes JSON under a name that says what it is', async () => {
    const path = await saveRecipe(recipe(5), join(root, 'gate'));
    expect(path).toBe(join(root, 'gate.refoley'));
    expect(recipeSchema.parse(JSON.parse(await readFile(path, 'utf8')))).toEqual(recipe(5));
  });
});
