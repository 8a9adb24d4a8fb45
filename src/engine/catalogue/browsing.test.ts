import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { soundOf } from '../library/describeSound.ts';
import { openCatalogue, type Catalogue } from './open.ts';
import { every } from './soundFilter.ts';

let folder: string;
let catalogue: Catalogue;
const ids: number[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refoley-browsing-'));
  catalogue = openCatalogue(join(folder, 'catalogue.sqlite'));
  catalogue.write(() => {
    const source = catalogue.sources.put('/sounds', 'folder', null);
    for (const relativePath of ['b/Zip.wav', 'a/gate.wav', 'a/Door.wav', 'c/gate.wav']) {
      const file = catalogue.files.add(source.id, { relativePath, bytes: 1, mtimeMs: 0 });
      ids.push(catalogue.sounds.put(file, soundOf(relativePath)));
    }
    catalogue.sounds.mark(ids[3] ?? 0, { rating: 5, favourite: false });
    catalogue.sounds.mark(ids[0] ?? 0, { rating: 2, favourite: false });
  });
});

afterAll(async () => {
  catalogue.close();
  await rm(folder, { recursive: true });
});

/** Places of the sounds as they were added, in the order listed. */
const listed = (by: Parameters<typeof catalogue.browsing.ids>[1]['by'], descending = false) =>
  [...catalogue.browsing.ids(every, { by, descending })].map((id) => ids.indexOf(id));

describe('lists to leaf through', () => {
  it('go by folder, or by the name alone without regard to capitals', () => {
    expect(listed('folder')).toEqual([2, 1, 0, 3]);
    expect(listed('name')).toEqual([2, 1, 3, 0]);
    expect(listed('name', true)).toEqual([0, 1, 3, 2]);
    expect(listed('added', true)).toEqual([3, 2, 1, 0]);
  });

  it('put what has no stars last, in either direction', () => {
    expect(listed('rating')).toEqual([0, 3, 2, 1]);
    expect(listed('rating', true)).toEqual([3, 0, 2, 1]);
  });

  it('are read again when something was written', () => {
    catalogue.write(() => catalogue.sounds.mark(ids[2] ?? 0, { rating: 4, favourite: false }));
    expect(listed('rating', true)).toEqual([3, 2, 0, 1]);
  });
});
