import { utimesSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeWav } from '#core/audio/wav.ts';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { addSource, rescan } from './sources.ts';
import { fakeAnalyser, temporaryFolder } from './testing/fakeLibrary.ts';

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
let catalogue: Catalogue;
beforeEach(async () => {
  folder = temporaryFolder();
  root = join(folder.path, 'sounds');
  await mkdir(root, { recursive: true });
  catalogue = openCatalogue(join(folder.path, 'data', 'catalogue.db'));
});
afterEach(() => {
  catalogue.close();
  folder.remove();
});

const RATE = 16_000;

/** Two bursts, which are two events. */
function writeBursts(pitch: number): void {
  const samples = Float32Array.from({ length: 6 * RATE }, (_, n) => {
    const time = n / RATE;
    return time % 3 < 1 ? 0.5 * Math.sin(2 * Math.PI * pitch * time) : 0;
  });
  const path = join(root, 'bursts.wav');
  writeFileSync(path, writeWav({ sampleRate: RATE, channels: [samples], bits: 16 }));
  const date = new Date(1e12 + pitch * 1e6);
  utimesSync(path, date, date);
}

const heardBy = (model: string) =>
  catalogue.sounds
    .list()
    .filter(({ id }) => catalogue.embeddings.kindsOf(id, model).has('audio'))
    .map(({ id, part }) => [id, part]);

it('hears a library with other ears, and keeps what the first ones have heard', async () => {
  writeBursts(300);
  await addSource({ catalogue, analyser: fakeAnalyser('one') }, root);
  const first = heardBy('one');
  expect(first.map(([, part]) => part)).toEqual(['file', 'event', 'event']);

  await rescan({ catalogue, analyser: fakeAnalyser('two') });
  expect(heardBy('two')).toEqual(first);
  expect(heardBy('one')).toEqual(first);
  const back = fakeAnalyser('one');
  await rescan({ catalogue, analyser: back });
  expect(back.audio).toEqual([]);
  expect(back.texts).toEqual([]);
});

it('forgets with all ears what was heard of a file that is another by now', async () => {
  writeBursts(300);
  await addSource({ catalogue, analyser: fakeAnalyser('one') }, root);
  await rescan({ catalogue, analyser: fakeAnalyser('two') });
  writeBursts(500);
  await rescan({ catalogue, analyser: fakeAnalyser('two') });
  expect(heardBy('two')).toHaveLength(3);
  expect(heardBy('one')).toEqual([]);
});
