import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conditionSchema } from '#core/text/searchFilter.ts';
import { parseSearchQuery } from '#core/text/searchQuery.ts';
import { temporaryFolder } from '../library/testing/fakeLibrary.ts';
import { soundOf } from '../library/describeSound.ts';
import { openCatalogue } from './open.ts';
import { SOUNDS_FIRST } from './passing.ts';
import { defineFilterFunctions, passes } from './soundFilter.ts';

const FILES = 25_000;
const folder = temporaryFolder();
const path = join(folder.path, 'catalogue.db');
let catalogue: ReturnType<typeof openCatalogue>;

/** Every file is a door, every tenth is old, and the last ten are rated. */
beforeAll(() => {
  catalogue = openCatalogue(path);
  const source = catalogue.sources.put('/sounds', 'folder', null);
  const found = Array.from({ length: FILES }, (_, n) => {
    const relativePath = `door ${n}${n % 10 === 0 ? ' old' : ''}.wav`;
    return { file: { relativePath, bytes: 1, mtimeMs: 1 }, sound: soundOf(relativePath) };
  });
  catalogue.write(() => {
    catalogue.addFiles(source.id, found);
    for (let n = 0; n < 10; n++) catalogue.sounds.mark(FILES - n, { rating: n % 5, favourite: n === 7 });
  });
});
afterAll(() => {
  catalogue.close();
  folder.remove();
});

const conditionOf = (text: string) => passes(parseSearchQuery(text).filter);

describe('a filter', () => {
  /** What is read through instead: little may pass, so that a search looks at every sound once, and then remembers. */
  const EXEMPT: Readonly<Record<string, string>> = {
    source: 'mostly a large part of the library',
    tag: 'within a list; words find the same by their index',
    seconds: 'of a part: of two tables',
    sampleRate: 'few values, most of them common',
    channels: 'few values, most of them common',
    bits: 'few values, most of them common',
    missing: 'of a file or of its source',
  };
  /** Indexes that hold nothing but what is looked for. */
  const PARTIAL = /sounds_(favourite|forbidden|uncaptioned)$/u;
  /** Held by most sounds, so that a list meets enough of them wherever it begins. */
  const COMMON = ['is:usable', 'is:captioned'];
  const FILTERS = [
    ...[
      'cat:DOORWood',
      'source:boom',
      'collection:best',
      'tag:wet',
      'lic:cc0',
      'lic:cc0,cc-by',
      'rating:>=4',
    ],
    ...[
      'dur:<2s',
      'rate:96k',
      'ch:stereo',
      'bits:24',
      'is:fav',
      'is:synthetic',
      'is:unreadable',
      '-is:usable',
      '-is:captioned',
    ],
    ...['is:missing', ...COMMON],
  ];
  const plan = (text: string): string[] => {
    const db = new Database(path, { readonly: true });
    defineFilterFunctions(db);
    const { sql, values } = conditionOf(text);
    const rows = db
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN SELECT s.id ${SOUNDS_FIRST} WHERE ${sql}`)
      .all(...values);
    db.close();
    return rows.map(({ detail }) => detail);
  };
  const fieldOf = (text: string): string => parseSearchQuery(text).filter[0]?.field ?? '';

  it.each(FILTERS.filter((text) => !COMMON.includes(text)))(
    '%s is answered by an index, or says why not',
    (text) => {
      const scans = plan(text).filter(
        (detail) => /^SCAN (s|sounds)\b/u.test(detail) && !PARTIAL.test(detail),
      );
      expect(scans).toEqual(fieldOf(text) in EXEMPT ? [expect.stringMatching(/^SCAN s/u)] : []);
    },
  );

  it('of every field is looked at here', () => {
    const fields = conditionSchema.options.flatMap(({ shape }) => {
      const field = shape.field.def;
      return 'entries' in field ? Object.keys(field.entries) : field.values;
    });
    expect(new Set(FILTERS.map(fieldOf))).toEqual(new Set(fields));
  });
});

describe('of many sounds', () => {
  it('a list shows the best rated, then favourites, then as they were added, page by page', () => {
    const many = conditionOf('is:captioned');
    const first = catalogue.passing.best(many, 9, 0);
    expect(first).toEqual([24_991, 24_996, 24_992, 24_997, 24_993, 24_998, 24_994, 24_999, 1]);
    expect(catalogue.passing.best(many, 3, 6)).toEqual(first.slice(6));
    expect(catalogue.passing.countFiles(many, 1000)).toBeNull();
    expect(catalogue.passing.best(conditionOf('rating:4'), 5, 0)).toEqual([24_991, 24_996]);
  });

  it('a word that most have finds as many as are asked for, each once', () => {
    for (const limit of [50, FILES]) {
      const ids = catalogue.words.search('door', limit);
      expect(ids).toHaveLength(limit);
      expect(new Set(ids).size).toBe(limit);
    }
    expect(catalogue.words.search('door old', FILES)).toHaveLength(FILES / 10);
  });

  it('a word that most have finds all of the few that pass a filter', () => {
    const rated = catalogue.words.search('door', 50, conditionOf('rating:>=1'));
    expect(rated.toSorted((a, b) => a - b)).toEqual([
      ...[24_991, 24_992, 24_993, 24_994, 24_996, 24_997, 24_998, 24_999],
    ]);
    expect(catalogue.words.count('door', conditionOf('rating:>=1'), 1000)).toBe(8);
    expect(catalogue.words.count('door old', conditionOf('rating:>=1'), 1000)).toBe(1);
  });
});
