import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSearchQuery } from '#core/text/searchQuery.ts';
import { ucsEntries } from '#core/text/ucs.ts';
import { ftsQueries } from './wordQuery.ts';

const sounds = [
  ['rusty gate creaks open', ''],
  ['gate slams', ''],
  ['dog barking NOT AND OR', ''],
  ['lorry on a motorway', ''],
  ['heavy engine passing by', 'VEHFrght'],
  ['car passing by', 'VEHCar'],
  ['creaks of a gate', ''],
] as const;

let db: Database.Database;
beforeAll(() => {
  db = new Database(':memory:');
  // As the catalogue has it, and the CatID.
  db.exec(`CREATE VIRTUAL TABLE words USING fts5 (
    caption, cat_id, tokenize = 'porter unicode61 remove_diacritics 2')`);
  const put = db.prepare('INSERT INTO words (rowid, caption, cat_id) VALUES (?, ?, ?)');
  sounds.forEach(([caption, catId], index) => put.run(index + 1, caption, catId));
});
afterAll(() => {
  db.close();
});

const match = (query: string): string[] =>
  query === ''
    ? []
    : db
        .prepare<[string], number>('SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid')
        .pluck()
        .all(query)
        .map((id) => sounds[id - 1]?.[0] ?? '');
const queries = (text: string) => ftsQueries(parseSearchQuery(text), 'cat_id');

describe('ftsQueries', () => {
  it.each([
    ['gate creak', ['rusty gate creaks open', 'creaks of a gate']],
    ['"gate creaks"', ['rusty gate creaks open']],
    ['gate -slams', ['rusty gate creaks open', 'creaks of a gate']],
    ['gate -"creaks open" NOT slams', ['creaks of a gate']],
    ['slams OR barking', ['gate slams', 'dog barking NOT AND OR']],
    ['gate slams OR open', ['rusty gate creaks open', 'gate slams']],
    ['"NOT AND OR"', ['dog barking NOT AND OR']],
    ['gate "', ['rusty gate creaks open', 'gate slams', 'creaks of a gate']],
    ['xyzzy', []],
    ['-gate', []],
    ['', []],
  ])('all of %s', (text, expected) => {
    expect(match(queries(text).all)).toEqual(expected);
  });

  it('finds what a synonym names, apart from what has the word', () => {
    const { all, named } = queries('lorry');
    expect(match(all)).toEqual(['lorry on a motorway']);
    expect(match(named)).toEqual(['lorry on a motorway', 'heavy engine passing by']);
    expect(match(queries('lorry passing').named)).toEqual(['heavy engine passing by']);
    expect(match(queries('lorry -heavy').named)).toEqual(['lorry on a motorway']);
    expect(queries('car').named).toBe('');
    expect(ftsQueries(parseSearchQuery('lorry'))).toMatchObject({ named: '' });
  });

  it('falls back to any of the words, still without the exclusions', () => {
    expect(match(queries('slams barking').any)).toEqual(['gate slams', 'dog barking NOT AND OR']);
    expect(match(queries('slams barking -dog').any)).toEqual(['gate slams']);
    expect(queries('gate').any).toBe('');
  });

  it('tells what to leave out of other searches', () => {
    expect(match(queries('dur:<2s -gate -dog').none)).toEqual([
      ...['rusty gate creaks open', 'gate slams', 'dog barking NOT AND OR', 'creaks of a gate'],
    ]);
    expect(queries('gate').none).toBe('');
  });

  it('has a token of its own for every CatID', () => {
    const ids = new Database(':memory:');
    ids.exec(`CREATE VIRTUAL TABLE w USING fts5 (c, tokenize = 'porter unicode61 remove_diacritics 2');
      CREATE VIRTUAL TABLE v USING fts5vocab (w, row)`);
    for (const catId of ucsEntries().keys()) ids.prepare('INSERT INTO w VALUES (?)').run(catId);
    expect(ids.prepare('SELECT count(*) FROM v').pluck().get()).toBe(753);
    ids.close();
  });

  it('never writes what FTS5 cannot read', () => {
    const piece = fc.oneof(
      { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 10 }) },
      fc.string({ unit: 'grapheme', maxLength: 10 }),
      fc.constantFrom(...'" \' * ^ ( ) { } + : - , ; % _ \\ \0 \u0001 \uFFFE \uDC00'.split(' ')),
      fc.constantFrom(
        'AND',
        'OR',
        'NOT',
        'NEAR(',
        'NEAR',
        '"a b"',
        'gate',
        'lorry',
        'cat_id:',
        'caption : x',
        '𞤀',
        'é',
        '-"',
      ),
    );
    const typed = fc
      .array(piece, { maxLength: 40 })
      .chain((pieces) => fc.constantFrom('', ' ').map((space) => pieces.join(space)));
    fc.assert(
      fc.property(typed, (text) => {
        for (const query of Object.values(queries(text))) expect(() => match(query)).not.toThrow();
      }),
      { numRuns: 200 },
    );
    for (const long of [
      'gate '.repeat(5000),
      'a-'.repeat(5000),
      '-b '.repeat(5000),
      'lorry OR '.repeat(5000),
    ]) {
      for (const query of Object.values(queries(long))) expect(() => match(query)).not.toThrow();
    }
  });
});
