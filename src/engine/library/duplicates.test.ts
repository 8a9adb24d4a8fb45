import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeWav } from '#core/audio/wav.ts';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { openLibraryIndexes } from '../index/libraryIndexes.ts';
import type { Analyser } from './analyser.ts';
import { analyseFile } from './analyseFile.ts';
import { findDuplicates } from './duplicates.ts';
import { addSource } from './sources.ts';
import { fakeAnalyser, temporaryFolder } from './testing/fakeLibrary.ts';

const RATE = 8000;
let folder: ReturnType<typeof temporaryFolder>;
let catalogue: Catalogue;
let root: string;
beforeEach(() => {
  folder = temporaryFolder();
  root = join(folder.path, 'sounds');
  mkdirSync(root);
  catalogue = openCatalogue(join(folder.path, 'catalogue.sqlite'));
});
afterEach(() => {
  catalogue.close();
  folder.remove();
});

/** Embeds loudness over time: near the same for the same recording in other bits. */
function listener(): Analyser {
  const embed = (samples: Float32Array) => {
    const vector = new Float32Array(16);
    samples.forEach((sample, n) => (vector[Math.floor((n * 16) / samples.length)]! += Math.abs(sample)));
    const length = Math.hypot(...vector) || 1;
    return Promise.resolve(vector.map((value) => value / length));
  };
  const peaksFolder = join(folder.path, 'peaks');
  return {
    ...fakeAnalyser('m'),
    embedAudio: embed,
    analyse: (path, parts) => analyseFile(path, parts, { embed, peaksFolder }),
  };
}

/** A tone whose level goes by `envelope` from 0 to 1, with a value a sixteenth. */
function write(name: string, envelope: (part: number) => number, bits: 16 | 24 = 16, seconds = 1) {
  const length = Math.round(RATE * seconds);
  const samples = Float32Array.from(
    { length },
    (_, n) => 0.8 * envelope(n / length) * Math.sin((2 * Math.PI * 440 * n) / RATE),
  );
  writeFileSync(join(root, name), writeWav({ sampleRate: RATE, channels: [samples], bits }));
}

const find = async (near = false) => {
  await addSource({ catalogue, analyser: listener() }, root);
  const indexes = openLibraryIndexes({
    catalogue,
    folder: join(folder.path, 'indexes'),
    model: 'm',
    build: () => Promise.resolve(),
    warn: () => undefined,
  });
  const context = { catalogue, indexes, model: 'm', peaksFolder: join(folder.path, 'peaks') };
  const groups = await findDuplicates(context, { near });
  return groups.map(({ why, sounds }) => [why, ...sounds.map(({ path }) => path.slice(root.length + 1))]);
};

it('finds copies, and the same recording in other bits, and tells them apart', async () => {
  write('a rise.wav', (part) => part);
  copyFileSync(join(root, 'a rise.wav'), join(root, 'b copy.wav'));
  write('c rise 24.wav', (part) => part, 24);
  write('d fall.wav', (part) => 1 - part);
  write('e burst.wav', (part) => (part < 0.2 ? 1 : 0));
  copyFileSync(join(root, 'e burst.wav'), join(root, 'f burst.wav'));
  expect(await find()).toEqual([
    ['audio', 'a rise.wav', 'b copy.wav', 'c rise 24.wav'],
    ['bytes', 'e burst.wav', 'f burst.wav'],
  ]);
});

it('takes what is longer, or as long with another shape, for no duplicate', async () => {
  write('rise.wav', (part) => part);
  write('rise longer.wav', (part) => part, 24, 1.02);
  // The same loudness in each sixteenth, and another waveform within.
  write('pulsing.wav', (part) => part * (Math.floor(part * 32) % 2 === 0 ? 1 : 0.2), 24);
  expect(await find()).toEqual([]);
});

it('finds what is merely alike on request, each group about one sound', async () => {
  write('rise.wav', (part) => part);
  write('rise longer.wav', (part) => part, 24, 1.5);
  write('rise bent.wav', (part) => part ** 1.3, 16, 2);
  write('burst.wav', (part) => (part < 0.2 ? 1 : 0));
  expect(await find(true)).toEqual([['near', 'rise bent.wav', 'rise longer.wav', 'rise.wav']]);
});

it('leaves out what is missing', async () => {
  write('a.wav', (part) => part);
  copyFileSync(join(root, 'a.wav'), join(root, 'b.wav'));
  expect(await find()).toHaveLength(1);
  const [sound] = catalogue.sounds.list();
  catalogue.write(() => {
    catalogue.files.setMissing(sound?.fileId ?? 0, true);
  });
  const indexes = {
    get: () => Promise.reject(new Error('not asked')),
    settle: () => Promise.resolve(),
    report: () => Promise.resolve([]),
  };
  expect(await findDuplicates({ catalogue, indexes, model: 'm', peaksFolder: '' })).toEqual([]);
});
