import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { changeCollection, createCollection } from './collections.ts';
import { editSounds } from './editSounds.ts';
import { undoEdit } from './undoEdit.ts';
import { embedSounds } from './embedSounds.ts';
import { addRegion, removeRegions } from './regions.ts';
import { addSource, rescan } from './sources.ts';
import { fakeAnalyser, temporaryFolder } from './testing/fakeLibrary.ts';
import type { FakeAnalyser } from './testing/fakeLibrary.ts';
import { writeMarked } from './testing/markedFile.ts';

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
let catalogue: Catalogue;
let analyser: FakeAnalyser;
beforeEach(() => {
  folder = temporaryFolder();
  root = join(folder.path, 'sounds');
  catalogue = openCatalogue(join(folder.path, 'data', 'catalogue.db'));
  analyser = fakeAnalyser();
});
afterEach(() => {
  expect(catalogue.integrity()).toEqual([]);
  catalogue.close();
  folder.remove();
});

const path = () => join(root, 'door slam.wav');
const kind = (value: string) => expect.objectContaining({ kind: value }) as Error;
const parts = () =>
  catalogue.sounds
    .list()
    .filter(({ part }) => part === 'marker' || part === 'region')
    .map(({ id, part, start, end, caption, captionFrom }) => [id, part, start, end, caption, captionFrom]);
const at = (start: number) =>
  catalogue.sounds.list().find((sound) => sound.part !== 'file' && sound.start === start);
const idAt = (start: number) => at(start)?.id ?? 0;
const kinds = (id: number) => [...catalogue.embeddings.kindsOf(id, 'fake')].sort();

describe('markers and loops', () => {
  it('become sounds, with the words of their label or else of the file', async () => {
    writeMarked(path(), 4, {
      markers: [
        [0.5, 1, 'the latch clicks'],
        [2, 0, 'Marker 02'],
      ],
      loops: [[1, 1.5]],
    });
    await addSource({ catalogue, analyser }, root);
    expect(parts().map(([, ...rest]) => rest)).toEqual([
      ['marker', 0.5, 1.5, 'the latch clicks', 'tag'],
      ['marker', 1, 1.5, 'door slam', 'name'],
      ['marker', 2, 4, 'door slam', 'name'],
    ]);
    // One that goes by its file's words is found by how it sounds, not by those words once more.
    expect([0.5, 1, 2].map((start) => kinds(idAt(start)))).toEqual([['audio', 'text'], ['audio'], ['audio']]);
    expect(catalogue.words.search('latch', 5)).toEqual([idAt(0.5)]);
    expect(catalogue.words.search('slam', 5)).toHaveLength(1);
    editSounds(catalogue, [idAt(2)], { addTags: ['heavy'] });
    expect(catalogue.words.search('heavy', 5)).toEqual([idAt(2)]);
  });

  it('keep ids and what the user said over rescans, and go when the file has them no more', async () => {
    const markers = (...list: [number, number, string][]) => {
      writeMarked(path(), 4 + list.length, { markers: list, seed: list.length });
    };
    markers([0.5, 0.5, 'latch'], [1, 0.5, 'hinge'], [2, 0.5, 'bolt'], [3, 0.5, 'key']);
    await addSource({ catalogue, analyser }, root);
    const ids = [0.5, 1, 2, 3].map(idAt);
    const [latch = 0, hinge = 0, bolt = 0, key = 0] = ids;
    editSounds(catalogue, [latch, bolt], { caption: 'mine', rating: 3 });
    createCollection(catalogue, 'Doors');
    changeCollection(catalogue, 'doors', [key], 'add');
    // The latch stays, the hinge moves, the bolt and the key go: one was edited, one is in a collection.
    markers([0.5, 0.5, 'latch'], [1.25, 0.5, 'hinge'], [3.5, 0.25, 'lock']);
    await rescan({ catalogue, analyser });
    expect(parts()).toEqual([
      [latch, 'marker', 0.5, 1, 'mine', 'user'],
      [hinge, 'marker', 1.25, 1.75, 'hinge', 'tag'],
      [bolt, 'region', 2, 2.5, 'mine', 'user'],
      [key, 'region', 3, 3.5, 'key', 'tag'],
      [idAt(3.5), 'marker', 3.5, 3.75, 'lock', 'tag'],
    ]);
    expect(catalogue.sounds.byId(bolt)?.rating).toBe(3);
    markers([0.5, 0.5, 'Marker 1']);
    await rescan({ catalogue, analyser });
    expect(parts().map(([id]) => id)).toEqual([latch, bolt, key]);
    editSounds(catalogue, [latch], { undecide: ['caption'] });
    expect(catalogue.sounds.byId(latch)).toMatchObject({ caption: 'door slam', captionFrom: 'name' });
    await rescan({ catalogue, analyser });
    for (const id of [latch, bolt, key]) expect(kinds(id)).toContain('audio');
  });
});

describe('regions of the user', () => {
  beforeEach(async () => {
    writeMarked(path(), 4, { markers: [[0.5, 1, 'latch']] });
    await addSource({ catalogue, analyser }, root);
  });

  it('are sounds at once, with the words given or the file’s', async () => {
    const { sounds, changed } = addRegion(catalogue, 1, { start: 2, end: 99, caption: 'a sigh' });
    expect(sounds).toMatchObject([
      { part: 'region', start: 2, end: 4, caption: 'a sigh', captionFrom: 'user' },
    ]);
    await embedSounds({ catalogue, analyser }, changed);
    expect(kinds(idAt(2))).toEqual(['audio', 'text']);
    const plain = addRegion(catalogue, idAt(2), { start: 1, end: 2 });
    await embedSounds({ catalogue, analyser }, plain.changed);
    expect(plain.sounds).toMatchObject([{ caption: 'door slam', part: 'region' }]);
    expect(kinds(idAt(1))).toEqual(['audio']);
    const before = parts();
    writeMarked(path(), 4, { seed: 5 });
    await rescan({ catalogue, analyser });
    expect(parts()).toEqual(before.filter(([, part]) => part === 'region'));
  });

  it('take the place of a marker under its id, and are taken back and out', () => {
    const before = parts();
    const { sounds, undo } = addRegion(catalogue, 1, { start: 0.5, end: 1.5, caption: 'mine' });
    expect(sounds[0]).toMatchObject({ id: idAt(0.5), part: 'region', caption: 'mine' });
    undoEdit(catalogue, undo);
    expect(parts()).toEqual(before);
    const made = addRegion(catalogue, 1, { start: 2, end: 3, caption: 'a sigh' });
    const all = parts();
    undoEdit(catalogue, made.undo);
    expect(parts()).toEqual(before);
    const again = addRegion(catalogue, 1, { start: 2, end: 3, caption: 'a sigh' }).sounds[0]?.id ?? 0;
    const removed = removeRegions(catalogue, [again]);
    expect(parts()).toEqual(before);
    undoEdit(catalogue, removed.undo);
    expect(parts().map(([, ...rest]) => rest)).toEqual(all.map(([, ...rest]) => rest));
    expect(idAt(2)).toBe(again);
  });

  it('must lie in their file', () => {
    const wrong = (start: number, end: number, id = 1) =>
      expect(() => addRegion(catalogue, id, { start, end }), `${start} ${end}`);
    for (const [start, end] of [
      [4, 5],
      [2, 2],
      [3, 1],
      [-1, 2],
      [NaN, 2],
    ] as const)
      wrong(start, end).toThrow(kind('input'));
    wrong(0, 1, 99).toThrow(kind('not-found'));
    expect(() => removeRegions(catalogue, [idAt(0.5)])).toThrow(kind('input'));
  });

  it('do not make a file fail that has become shorter, and wait for it to grow again', async () => {
    addRegion(catalogue, 1, { start: 3, end: 4, caption: 'a sigh' });
    writeMarked(path(), 2, { seed: 3 });
    const { failed } = await rescan({ catalogue, analyser });
    expect(failed).toEqual([]);
    expect(catalogue.sounds.byId(1)?.problem).toBeNull();
    expect(at(3)).toMatchObject({ caption: 'a sigh', problem: expect.stringContaining('shorter') as string });
    writeMarked(path(), 5, { seed: 4 });
    await rescan({ catalogue, analyser });
    expect(at(3)).toMatchObject({ caption: 'a sigh', problem: null });
  });
});
