import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { exactIndex } from '../index/exactIndex.ts';
import { coverLibrary } from './coverageReport.ts';
import { fakeAnalyser, putSound, temporaryFolder } from './testing/fakeLibrary.ts';

/** A category a dimension. */
const KINDS = ['THUN', 'DOORWood', 'DOORMetl'];
const DIMENSION = 8;
const axis = (kind: number) => Float32Array.from({ length: DIMENSION }, (_, n) => (n === kind ? 1 : 0));
const prompts = KINDS.map((catId, kind) => ({ catId, vector: axis(kind) }));

let folder: ReturnType<typeof temporaryFolder>;
let catalogue: Catalogue;
let sourceId: number;
const vectors = new Map<number, Float32Array>();
beforeEach(() => {
  folder = temporaryFolder();
  catalogue = openCatalogue(join(folder.path, 'catalogue.sqlite'));
  sourceId = catalogue.sources.put(folder.path, 'folder', null).id;
  vectors.clear();
});
afterEach(() => {
  catalogue.close();
  folder.remove();
});

const add = (name: string, kind: number, catId: string | null = null) => {
  const id = putSound(catalogue, sourceId, name, { catId });
  vectors.set(id, axis(kind));
  return id;
};
const stored = () => ({ ids: [...vectors.keys()], vectors: [...vectors.values()] });
const cover = () =>
  coverLibrary({
    catalogue,
    analyser: fakeAnalyser(),
    index: exactIndex({ count: () => vectors.size, chunks: () => [stored()] }),
    prompts,
  });
const kindOf = async (catId: string) =>
  (await cover()).categories
    .flatMap(({ subcategories }) => subcategories)
    .find((kind) => kind.catId === catId);
const category = async (name: string) =>
  (await cover()).categories.find((candidate) => candidate.category === name);

it('counts what is near and what is known, by CatID and category', async () => {
  for (let n = 0; n < 10; n++) add(`thunder ${n}.wav`, 0);
  for (let n = 0; n < 2; n++) add(`wood ${n}.wav`, 1);
  add('metal.wav', 2, 'DOORMetl');
  for (let n = 0; n < 3; n++) add(`far ${n}.wav`, 6, 'DOORMetl');
  expect(await kindOf('THUN')).toMatchObject({ known: 0, near: 10, best: 1, verdict: 'good' });
  expect(await kindOf('DOORWood')).toMatchObject({ known: 0, near: 2, verdict: 'thin' });
  expect(await kindOf('DOORMetl')).toMatchObject({ known: 4, near: 4, verdict: 'fair' });
  expect(await category('DOORS')).toMatchObject({ known: 4, near: 4, verdict: 'fair' });
  const { verdicts, sounds } = await cover();
  expect(sounds).toBe(16);
  expect(verdicts).toEqual({ good: 1, fair: 1, thin: 1, none: 750 });
});

it('counts copies and the parts of a file once, and nothing that is missing', async () => {
  const id = add('thunder.wav', 0, 'THUN');
  const whole = catalogue.sounds.byId(id);
  if (!whole) throw new Error('the sound is gone');
  for (let n = 1; n < 6; n++) {
    const event = catalogue.sounds.put(whole.fileId, { ...whole, part: 'event', start: n, end: n + 1 });
    vectors.set(event, axis(0));
  }
  const copy = add('copy of thunder.wav', 0, 'THUN');
  const file = catalogue.sounds.byId(copy)?.fileId ?? 0;
  const findings = { seconds: 1, sampleRate: 48_000, channels: 1, bits: 24, loudness: null, truePeak: null };
  catalogue.files.markAnalysed(file, { ...findings, sha256: whole.sha256 });
  expect(await kindOf('THUN')).toMatchObject({ known: 1, near: 1, verdict: 'thin' });
  for (const gone of [whole.fileId, file]) catalogue.files.setMissing(gone, true);
  expect(await kindOf('THUN')).toMatchObject({ known: 0, near: 0, best: null, verdict: 'none' });
});

it('says that an empty library has nothing', async () => {
  const { verdicts, categories } = await cover();
  expect(verdicts).toEqual({ good: 0, fair: 0, thin: 0, none: 753 });
  expect(categories).toHaveLength(82);
});
