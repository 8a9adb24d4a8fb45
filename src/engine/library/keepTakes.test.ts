import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeTake } from '#core/audio/takeFile.ts';
import type { Recipe } from '#core/pipeline/recipe.ts';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { keepTakes } from './keepTakes.ts';
import { addSource } from './sources.ts';
import { fakeAnalyser, temporaryFolder, writeTone } from './testing/fakeLibrary.ts';

const recipe: Recipe = {
  ...{ format: 1, pack: { name: 'starter', version: '1', sha256: 'ab'.repeat(32) }, prompt: 'rusty gate' },
  ...{
    negative: '',
    seed: 1,
    sampler: 'dpmpp',
    steps: 20,
    guidance: 3,
    libraryGuidance: 1,
    retrieval: 'none',
  },
  ...{
    k: 0,
    duration: 1,
    soundLength: 1,
    start: 0,
    candidates: 1,
    highBand: 'plain',
    sampleRate: 8000,
    bits: 16,
    neighbours: [],
  },
};

let folder: ReturnType<typeof temporaryFolder>;
let catalogue: Catalogue;
let kept: string;
beforeEach(() => {
  folder = temporaryFolder();
  kept = join(folder.path, 'data', 'kept');
  catalogue = openCatalogue(join(folder.path, 'data', 'catalogue.db'));
});
afterEach(() => {
  catalogue.close();
  folder.remove();
});

function writeTake(name: string, seed = 1): string {
  const path = join(folder.path, 'takes', name);
  mkdirSync(join(path, '..'), { recursive: true });
  const samples = Float32Array.from({ length: 4000 }, (_, n) => Math.sin(n * seed));
  writeFileSync(
    path,
    encodeTake({ sampleRate: 8000, bits: 16, channels: [samples], recipe: { ...recipe, seed } }),
  );
  return path;
}

it('puts copies of takes into the library, marked, and off for generation', async () => {
  const [first, second] = [writeTake('gate.wav'), writeTake('more/gate.wav', 2)];
  const before = readFileSync(first);
  const paths = await keepTakes(kept, [first, second, first]);
  expect(paths).toEqual([join(kept, 'gate.wav'), join(kept, 'gate_2.wav'), join(kept, 'gate.wav')]);
  expect(await keepTakes(kept, [second])).toEqual([join(kept, 'gate_2.wav')]);
  expect(readdirSync(kept).sort()).toEqual(['gate.wav', 'gate_2.wav']);
  expect(readFileSync(first)).toEqual(before);
  expect(readFileSync(join(kept, 'gate.wav'))).toEqual(before);
  await addSource({ catalogue, analyser: fakeAnalyser() }, kept);
  expect(
    catalogue.sounds.list().map(({ caption, synthetic, mayCondition }) => [caption, synthetic, mayCondition]),
  ).toEqual(Array(2).fill(['rusty gate', true, false]));
});

it('copies nothing when one of the files is no take', async () => {
  const tone = join(folder.path, 'tone.wav');
  writeTone(tone);
  await expect(keepTakes(kept, [writeTake('gate.wav'), tone])).rejects.toMatchObject({ kind: 'input' });
  await expect(keepTakes(kept, [join(folder.path, 'gone.wav')])).rejects.toMatchObject({ kind: 'not-found' });
  await expect(keepTakes(kept, [])).rejects.toMatchObject({ kind: 'input' });
  expect(() => readdirSync(kept)).toThrow();
});
