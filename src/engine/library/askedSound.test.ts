import { copyFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cosine } from '#core/retrieval/cosine.ts';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { allOf } from '../catalogue/soundFilter.ts';
import { openLibraryIndexes } from '../index/libraryIndexes.ts';
import { askedSound, notAsked } from './askedSound.ts';
import type { AskedSound } from './askedSound.ts';
import { conditionOf, similarSounds } from './search.ts';
import { addSource } from './sources.ts';
import { fakeAnalyser, hashVector, temporaryFolder, writeTone } from './testing/fakeLibrary.ts';

const model = 'fake';
const folder = temporaryFolder();
const root = join(folder.path, 'sounds');
const analyser = fakeAnalyser(model);
let catalogue: Catalogue;
let listened = 0;

beforeAll(async () => {
  for (let n = 0; n < 12; n++) writeTone(join(root, `tone ${n}.wav`), n);
  writeTone(join(root, 'copy.wav'), 3);
  catalogue = openCatalogue(join(folder.path, 'catalogue.db'));
  await addSource({ catalogue, analyser }, root);
});
afterAll(() => {
  catalogue.close();
  folder.remove();
});

const ears = () => ({
  catalogue,
  model,
  embed: (samples: Float32Array, rate: number) => {
    listened++;
    return analyser.embedAudio(samples, rate);
  },
});
const soundAt = (name: string) => catalogue.sounds.list().find(({ relativePath }) => relativePath === name);
const similar = async (asked: AskedSound, parts = false) => {
  const indexes = openLibraryIndexes({
    catalogue,
    folder: join(folder.path, 'i'),
    model,
    build: () => Promise.resolve(),
    warn: () => undefined,
  });
  const calibration = { textToText: { mean: 0, std: 0.1 }, textToAudio: { mean: 0, std: 0.1 } };
  const condition = allOf(conditionOf(''), notAsked([asked], parts));
  const found = await similarSounds(
    { catalogue, indexes, calibration, model },
    { vector: asked.vector, condition, limit: 50, parts },
  );
  return found.results;
};

it('takes what is stored of a sound, by its id or its file, and decodes nothing', async () => {
  const sound = soundAt('tone 3.wav');
  const before = listened;
  const byId = await askedSound(ears(), String(sound?.id));
  const byFile = await askedSound(ears(), join(root, 'tone 3.wav'));
  expect(listened).toBe(before);
  expect(byFile).toEqual(byId);
  expect(byId.content).toEqual({ sha256: sound?.sha256, start: 0, end: 0.1 });
  // Its copy has the same content.
  const paths = (await similar(byId)).map(({ path }) => path);
  expect(paths).toHaveLength(11);
  expect(paths).not.toContain(join(root, 'copy.wav'));
});

it('listens to a file that is not in the library, and knows a copy of one that is', async () => {
  const outside = join(folder.path, 'outside.wav');
  copyFileSync(join(root, 'tone 5.wav'), outside);
  const before = listened;
  const asked = await askedSound(ears(), outside);
  expect(listened).toBe(before + 1);
  expect(
    cosine(asked.vector, catalogue.embeddings.get(soundAt('tone 5.wav')?.id ?? 0, 'audio', model)!),
  ).toBeCloseTo(1, 3);
  expect((await similar(asked)).map(({ path }) => path)).not.toContain(join(root, 'tone 5.wav'));

  writeTone(outside, 77, { info: { INAM: 'longer than the others' } });
  expect((await askedSound(ears(), outside)).content).toBeUndefined();
});

it('listens again to a file that has changed, and to a stretch of one', async () => {
  const path = join(root, 'tone 7.wav');
  const before = listened;
  const region = await askedSound(ears(), path, { start: 0.05, end: 0.08 });
  expect(listened).toBe(before + 1);
  expect(region.content).toMatchObject({ start: 0.05, end: expect.closeTo(0.08, 3) as number });
  const id = String(soundAt('tone 7.wav')?.id);
  expect(await askedSound(ears(), id, { start: 0.05, end: 0.08 })).toEqual(region);

  utimesSync(path, new Date(), new Date(0));
  await askedSound(ears(), path);
  expect(listened).toBe(before + 3);
});

it('knows a file whose drive is gone', async () => {
  const path = join(root, 'tone 9.wav');
  const before = await askedSound(ears(), path);
  rmSync(path);
  expect(await askedSound(ears(), path)).toEqual(before);
});

it('leaves out only what overlaps where parts are listed', async () => {
  const sound = soundAt('tone 11.wav');
  const draft = { captionFrom: 'none', catId: null, tags: [], licence: '', author: '' } as const;
  const ids = [0, 0.05].map((start) => {
    const words = { ...draft, caption: '', mayCondition: true, decided: [], label: '', imported: {} };
    const id = catalogue.sounds.put(sound?.fileId ?? 0, {
      part: 'event',
      start,
      end: start + 0.04,
      ...words,
    });
    catalogue.embeddings.put(id, 'audio', model, catalogue.bumpEpoch(), hashVector(`event ${start}`));
    return id;
  });
  const asked = await askedSound(ears(), String(ids[0]));
  const found = (await similar(asked, true)).map(({ id }) => id);
  expect(found).toContain(ids[1]);
  expect(found).not.toContain(ids[0]);
  expect(found).not.toContain(sound?.id);
  expect((await similar(asked)).map(({ path }) => path)).not.toContain(sound?.path);
});

it('says what is not there', async () => {
  await expect(askedSound(ears(), '99999')).rejects.toMatchObject({ kind: 'not-found' });
  await expect(askedSound(ears(), join(folder.path, 'none.wav'))).rejects.toMatchObject({
    kind: 'not-found',
  });
  await expect(askedSound(ears(), join(root, 'tone 2.wav'), { start: 2, end: 1 })).rejects.toMatchObject({
    kind: 'input',
  });
});
