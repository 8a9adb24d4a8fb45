import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddingSet } from '../catalogue/embeddings.ts';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { hashVector, putSound, temporaryFolder } from '../library/testing/fakeLibrary.ts';
import { IVF_FROM } from './faissIndex.ts';
import { createChildPort } from '../inference/childPort.ts';
import { createInference } from '../inference/host.ts';
import { openLibraryIndexes } from './libraryIndexes.ts';
import type { IndexOptions } from './libraryIndexes.ts';
import { loadFaiss } from './loadFaiss.ts';

const MODEL = 'pack 1.0/abc';
const warnings: string[] = [];
const warn = (line: string) => warnings.push(line);
const builder = createInference(createChildPort);
const build: IndexOptions['build'] = (job) => builder.run('buildIndex', job);
const faiss = loadFaiss(() => undefined);

let folder: ReturnType<typeof temporaryFolder>;
let catalogue: Catalogue;
beforeEach(() => {
  warnings.length = 0;
  folder = temporaryFolder();
  catalogue = openCatalogue(join(folder.path, 'catalogue.db'));
});
afterEach(() => {
  builder.close();
  catalogue.close();
  folder.remove();
});

function add(names: readonly string[], caption = true): number[] {
  return catalogue.write(() => {
    const { id: sourceId } = catalogue.sources.put('/sounds', 'folder', null);
    const epoch = catalogue.bumpEpoch();
    return names.map((name) => {
      const id = putSound(catalogue, sourceId, name, { caption: caption ? name : '' });
      catalogue.embeddings.put(id, 'audio', MODEL, epoch, hashVector(`audio ${name}`));
      if (caption) catalogue.embeddings.put(id, 'text', MODEL, epoch, hashVector(name));
      return id;
    });
  });
}

const names = (count: number, prefix = 'sound') =>
  Array.from({ length: count }, (_, index) => `${prefix} ${index}`);
const indexFolder = () => join(folder.path, 'index');
const open = (overrides: { faiss?: undefined } = {}) => {
  return openLibraryIndexes({ catalogue, folder: indexFolder(), model: MODEL, warn, build, ...overrides });
};
const nearest = async (query: string, set: EmbeddingSet = 'captions', indexes = open()) => {
  return (await indexes.get(set)).search(hashVector(query), 5);
};

describe('sets', () => {
  it('keep captioned and uncaptioned sounds apart, and all audio together', async () => {
    const captioned = add(names(3));
    const bare = add(names(2, 'bare'), false);
    const indexes = open();
    expect((await nearest('sound 1', 'captions', indexes)).ids[0]).toBe(captioned[1]);
    expect((await nearest('audio bare 1', 'uncaptioned', indexes)).ids[0]).toBe(bare[1]);
    expect((await indexes.get('uncaptioned')).size).toBe(2);
    expect((await indexes.get('audio')).size).toBe(5);
  });

  it('are empty where there is nothing', async () => {
    expect(await nearest('x')).toEqual({ ids: [], similarities: [] });
    add(names(1));
    expect((await nearest('sound 0')).similarities[0]).toBeCloseTo(1, 5);
  });
});

describe.runIf(faiss)('FAISS', () => {
  it('agrees with the exact scan', async () => {
    add(names(400));
    const exact = openLibraryIndexes({
      catalogue,
      folder: indexFolder(),
      model: MODEL,
      warn,
      build,
      faiss: undefined,
    });
    for (const query of names(20, 'query')) {
      const expected = await nearest(query, 'captions', exact);
      const found = await nearest(query);
      expect(found.ids).toEqual(expected.ids);
      found.similarities.forEach((value, rank) => {
        expect(value).toBeCloseTo(expected.similarities[rank] ?? 0, 5);
      });
    }
    expect((await exact.get('captions')).kind).toBe('exact');
    expect((await open().get('captions')).kind).toBe('flat');
  });

  it('is saved, and read by the next process', async () => {
    add(names(30));
    expect(await open().report()).toMatchObject([
      { state: 'absent' },
      { state: 'absent' },
      { state: 'absent' },
    ]);
    const first = await nearest('sound 7');
    expect(readdirSync(indexFolder()).filter((name) => name.endsWith('.faiss'))).toHaveLength(1);
    expect((await open().report())[0]).toEqual({ set: 'captions', kind: 'flat', size: 30, state: 'current' });
    const saved = readdirSync(indexFolder()).map((name) => readFileSync(join(indexFolder(), name)));
    expect(await nearest('sound 7')).toEqual(first);
    expect(readdirSync(indexFolder()).map((name) => readFileSync(join(indexFolder(), name)))).toEqual(saved);
  });

  it('follows additions, changes and removals, in this process and the next', async () => {
    const ids = add(names(40));
    const indexes = open();
    await indexes.get('captions');
    const [late] = add(['late']);
    catalogue.write(() => {
      catalogue.embeddings.remove(ids[3] ?? 0, 'text');
      catalogue.embeddings.put(ids[4] ?? 0, 'text', MODEL, catalogue.bumpEpoch(), hashVector('renamed'));
    });
    expect((await open().report())[0]?.state).toBe('stale');
    for (const current of [indexes, open(), open()]) {
      expect((await current.get('captions')).size).toBe(40);
      expect((await nearest('late', 'captions', current)).ids[0]).toBe(late);
      expect((await nearest('sound 3', 'captions', current)).ids).not.toContain(ids[3]);
      expect((await nearest('renamed', 'captions', current)).ids[0]).toBe(ids[4]);
      expect((await nearest('sound 4', 'captions', current)).similarities[0]).toBeLessThan(0.999);
    }
    expect((await nearest('audio sound 3', 'uncaptioned')).ids).toEqual([ids[3]]);
  });

  it('is built anew when most of it has changed', async () => {
    const ids = add(names(10));
    const indexes = open();
    await indexes.get('captions');
    catalogue.write(() => {
      for (const id of ids.slice(2)) catalogue.embeddings.remove(id, 'text');
    });
    expect((await nearest('sound 1', 'captions', indexes)).ids).toHaveLength(2);
  });

  it.each([
    ['cut off', '.faiss', (bytes: Buffer) => bytes.subarray(0, 100)],
    ['changed', '.faiss', (bytes: Buffer) => bytes.fill(9, 40, 80)],
    ['without its list', '.json', () => Buffer.from('{"format":1')],
  ])('is built anew when it is %s', async (_, suffix, damage) => {
    add(names(20));
    const before = await nearest('sound 7');
    const path = join(indexFolder(), readdirSync(indexFolder()).find((name) => name.endsWith(suffix)) ?? '');
    writeFileSync(path, damage(readFileSync(path)));
    expect((await open().report())[0]?.state).toBe('damaged');
    expect(await nearest('sound 7')).toEqual(before);
    expect((await open().report())[0]?.state).toBe('current');
  });

  it('is built beside the search for a large library, which every vector answers meanwhile', async () => {
    const ids = add(names(IVF_FROM));
    const indexes = open();
    const present = await indexes.get('captions');
    expect(present.kind).toBe('exact');
    expect(present.search(hashVector('sound 12345'), 3).ids[0]).toBe(ids[12_345]);
    await indexes.settle();
    const built = await indexes.get('captions');
    expect(built.kind).toBe('ivf');
    expect(built.search(hashVector('sound 12345'), 3).ids[0]).toBe(ids[12_345]);
    expect((await open().report())[0]).toMatchObject({ kind: 'ivf', size: IVF_FROM, state: 'current' });

    const [late] = add(['late']);
    expect((await nearest('late', 'captions', indexes)).ids[0]).toBe(late);
    expect((await nearest('late')).ids[0]).toBe(late);
  });

  it('of another catalogue is not taken', async () => {
    add(names(20));
    await nearest('sound 7');
    catalogue.close();
    catalogue = openCatalogue(join(folder.path, 'other.db'));
    const [id] = add(['other']);
    expect((await nearest('sound 7')).ids).toEqual([id]);
  });

  it('works on where it cannot be saved', async () => {
    add(names(5));
    writeFileSync(indexFolder(), 'a file in the way');
    expect((await nearest('sound 2')).similarities[0]).toBeCloseTo(1, 5);
    expect(warnings).toHaveLength(1);
  });
});
