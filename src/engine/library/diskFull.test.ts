import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openCatalogue } from '../catalogue/open.ts';
import { addSource, rescan } from './sources.ts';
import { fakeAnalyser, temporaryFolder, writeTone } from './testing/fakeLibrary.ts';

vi.setConfig({ testTimeout: 240_000 });
const limit = vi.hoisted(() => ({ pages: 0 }));
// SQLite's own limit of a file's size, which fails as a full disk does.
vi.mock(import('better-sqlite3'), async (original) => {
  const { default: Database } = await original();
  class SmallDatabase extends Database {
    constructor(...options: ConstructorParameters<typeof Database>) {
      super(...options);
      if (limit.pages > 0) this.pragma(`max_page_count = ${limit.pages}`);
    }
  }
  return { default: SmallDatabase as unknown as typeof Database };
});

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  limit.pages = 0;
  folder.remove();
});

it('a full disk ends the scan with the reason, and the next one with room goes on', async () => {
  const root = join(folder.path, 'sounds');
  mkdirSync(root);
  const FILES = 700;
  for (let index = 0; index < FILES; index++) writeTone(join(root, `creaking gate ${index}x.wav`), index % 7);
  const path = join(folder.path, 'catalogue.db');
  openCatalogue(path).close();
  let whole = 0;
  let refusals = 0;
  // The first transaction does not fit, then later ones.
  for (limit.pages = 60; ; limit.pages += 12) {
    const catalogue = openCatalogue(path);
    const full = await addSource({ catalogue, analyser: fakeAnalyser() }, root).catch(
      (cause: unknown) => cause,
    );
    expect(catalogue.integrity()).toEqual([]);
    const sounds = catalogue.sounds.list();
    const done = sounds.filter(({ stage }) => stage === 'analysed');
    for (const { id } of done) expect(catalogue.embeddings.get(id, 'audio', 'fake')).toBeDefined();
    catalogue.close();
    if (!(full instanceof Error)) break;
    expect(full).toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/no space left.*: free some/) as string,
    });
    expect(sounds.length === 0 || sounds.length === FILES).toBe(true);
    expect(done.length).toBeGreaterThanOrEqual(whole);
    whole = done.length;
    refusals++;
  }
  expect(refusals).toBeGreaterThan(2);
  limit.pages = 0;
  const catalogue = openCatalogue(path);
  expect(await rescan({ catalogue, analyser: fakeAnalyser() })).toMatchObject({ missing: 0, failed: [] });
  expect(catalogue.sounds.list().filter(({ stage }) => stage === 'analysed')).toHaveLength(FILES);
  expect(catalogue.words.search('gate', FILES + 1)).toHaveLength(FILES);
  expect(catalogue.integrity()).toEqual([]);
  catalogue.close();
});
