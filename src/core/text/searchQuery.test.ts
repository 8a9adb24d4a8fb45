import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRange } from './readRange.ts';
import { searchFilterSchema } from './searchFilter.ts';
import { parseSearchQuery } from './searchQuery.ts';
import type { Term } from './searchQuery.ts';

/** `a|b` for alternatives, phrases in brackets. */
const shown = (terms: readonly Term[]) =>
  terms.map(({ kind, words }) => (kind === 'phrase' ? `[${words.join(' ')}]` : words.join(' '))).join('|');
const groups = (text: string) => parseSearchQuery(text).groups.map(shown);
const excluded = (text: string) => parseSearchQuery(text).excluded.map((term) => shown([term]));
const filter = (text: string) => parseSearchQuery(text).filter;

describe('words, phrases, exclusions, alternatives', () => {
  it.each([
    ['rusty gate', ['rusty', 'gate'], [], 'rusty gate'],
    ['"gate creaks" rusty', ['[gate creaks]', 'rusty'], [], 'gate creaks rusty'],
    ['“gate creaks”', ['[gate creaks]'], [], 'gate creaks'],
    ['gate -slam', ['gate'], ['slam'], 'gate'],
    ['gate -"hard slam" NOT car', ['gate'], ['[hard slam]', 'car'], 'gate'],
    ['gate -sci-fi', ['gate'], ['[sci fi]'], 'gate'],
    ['sci-fi door', ['sci', 'fi', 'door'], [], 'sci-fi door'],
    ['gate OR door slam', ['gate|door', 'slam'], [], 'gate door slam'],
    [
      'slam gate OR sci-fi OR "big door"',
      ['slam', 'gate|[sci fi]|[big door]'],
      [],
      'slam gate sci-fi big door',
    ],
    ['gate OR -door', ['gate'], ['door'], 'gate'],
    ['gate AND door', ['gate', 'door'], [], 'gate door'],
    ['gate or not and door', ['gate', 'not', 'door'], [], 'gate or not and door'],
    ['OR gate NOT', ['gate', 'NOT'], [], 'gate NOT'],
    ['the sound of a gate', ['sound', 'gate'], [], 'the sound of a gate'],
    ['Gate Creak.wav', ['Gate', 'Creak'], [], 'Gate Creak.wav'],
    ['to the', ['to', 'the'], [], 'to the'],
    ['"of the sea"', ['[of the sea]'], [], 'of the sea'],
    ["dog's bark", ['dog', 'bark'], [], "dog's bark"],
    ['Tür öffnen 門', ['Tür', 'öffnen', '門'], [], 'Tür öffnen 門'],
    ['-slam', [], ['slam'], ''],
    ['-- ; * ()', [], [], ''],
    ['caption:gate', ['caption', 'gate'], [], 'caption:gate'],
    ['"unclosed phrase', ['[unclosed phrase]'], [], 'unclosed phrase'],
    ['gate\0slam\u0007', ['gate', 'slam'], [], 'gate slam'],
    ['', [], [], ''],
  ])('%s', (text, wanted, unwanted, meaning) => {
    expect(groups(text)).toEqual(wanted);
    expect(excluded(text)).toEqual(unwanted);
    expect(parseSearchQuery(text)).toMatchObject({ filter: [], meaning });
  });
});

describe('filters', () => {
  it.each([
    ['cat:DOORWood', { field: 'category', catIds: ['DOORWood'], negated: false }],
    ['-cat:doorwood,THUN', { field: 'category', catIds: ['DOORWood', 'THUN'], negated: true }],
    ['cat:doorwood cat:thun', { field: 'category', catIds: ['DOORWood', 'THUN'], negated: false }],
    ['source:"My Library"', { field: 'source', values: ['my library'], negated: false }],
    ['cat:"doors, wood"', { field: 'category', catIds: ['DOORWood'], negated: false }],
    ['src:boom,Pse', { field: 'source', values: ['boom', 'pse'], negated: false }],
    ['lic:CC-BY', { field: 'licence', values: ['ccby'], negated: false }],
    ['collection:"Rain, heavy"', { field: 'collection', values: ['rain, heavy'], negated: false }],
    ['NOT tag:castle', { field: 'tag', values: ['castle'], negated: true }],
    ['rating:>=4', { field: 'rating', range: { atLeast: 4 }, negated: false }],
    ['Dur:<2s', { field: 'seconds', range: { lessThan: 2 }, negated: false }],
    ['rate:48k', { field: 'sampleRate', range: { atLeast: 48000, atMost: 48000 }, negated: false }],
    ['ch:2', { field: 'channels', range: { atLeast: 2, atMost: 2 }, negated: false }],
    ['bits:24', { field: 'bits', range: { atLeast: 24, atMost: 24 }, negated: false }],
    ['is:fav', { field: 'favourite', negated: false }],
    ['-is:synthetic', { field: 'synthetic', negated: true }],
    ['is:usable', { field: 'mayCondition', negated: false }],
  ])('%s', (text, condition) => {
    expect(filter(text)).toEqual([condition]);
    expect(parseSearchQuery(text)).toMatchObject({ groups: [], excluded: [], meaning: '' });
    expect(parseSearchQuery(`rusty ${text} gate`)).toMatchObject({
      filter: [condition],
      meaning: 'rusty gate',
    });
  });

  it('keeps tags, collections and ranges apart: a sound can have both', () => {
    expect(filter('tag:castle tag:wet')).toHaveLength(2);
    expect(filter('collection:rain coll:film')).toHaveLength(2);
    expect(filter('dur:>1 dur:<5')).toHaveLength(2);
    expect(filter('cat:doors -cat:doorwood')).toHaveLength(2);
  });

  it.each([
    'cat:gibberish',
    'rating:lots',
    'is:nice',
    'dur:',
    'constructor:x',
    'is:constructor',
    'ch:toString',
    'rate:9-3',
  ])('%s is words', (text) => {
    expect(filter(text)).toEqual([]);
    expect(groups(text).length).toBeGreaterThan(0);
  });
});

describe('readRange', () => {
  it.each([
    ['2s', 'seconds', { atLeast: 1.5, lessThan: 2.5 }],
    ['2.5', 'seconds', { atLeast: 2.45, lessThan: 2.55 }],
    ['500ms', 'seconds', { atLeast: 0.4995, lessThan: 0.5005 }],
    ['>=1:30', 'seconds', { atLeast: 90 }],
    ['<1m', 'seconds', { lessThan: 60 }],
    ['2-5s', 'seconds', { atLeast: 2, atMost: 5 }],
    ['100-900ms', 'seconds', { atLeast: 0.1, atMost: 0.9 }],
    ['1:00..2:00', 'seconds', { atLeast: 60, atMost: 120 }],
    ['30s-2m', 'seconds', { atLeast: 30, atMost: 120 }],
    ['44.1k', 'sampleRate', { atLeast: 44100, atMost: 44100 }],
    ['>=96', 'sampleRate', { atLeast: 96000 }],
    ['44100', 'sampleRate', { atLeast: 44100, atMost: 44100 }],
    ['stereo', 'channels', { atLeast: 2, atMost: 2 }],
    ['>mono', 'channels', { moreThan: 1 }],
    ['≤3', 'rating', { atMost: 3 }],
    ['3..5', 'rating', { atLeast: 3, atMost: 5 }],
  ] as const)('%s (%s)', (text, field, range) => {
    expect(readRange(text, field)).toEqual(range);
  });

  it.each(['', '<', '-', '..', '1e9', '-3', '4k4', '5-2', 'NaN', '1.2.3'])('%s is none', (text) => {
    expect(readRange(text, 'seconds')).toBeUndefined();
  });
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      '"',
      '-',
      ':',
      'OR',
      'NOT',
      'AND',
      ' ',
      'cat:',
      'dur:<',
      'is:',
      'gate',
      '"a b"',
      '\0',
      '\uD800',
      '2s',
      '..',
    ),
  );
  const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

  it('is understood, and what is understood is sound', () => {
    fc.assert(
      fc.property(text, (typed) => {
        const query = parseSearchQuery(typed);
        expect(searchFilterSchema.safeParse(query.filter).success).toBe(true);
        for (const { kind, words } of [...query.groups.flat(), ...query.excluded]) {
          if (kind === 'word') expect(words).toHaveLength(1);
          expect(words.length).toBeGreaterThan(0);
          for (const word of words) expect(word).toMatch(/^[\p{L}\p{N}\p{M}]+$/u);
        }
        for (const group of query.groups) expect(group.length).toBeGreaterThan(0);
        expect(query.meaning === '').toBe(query.groups.length === 0);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps every plain word', () => {
    const word = fc
      .stringMatching(/^[b-z]{2,8}$/)
      .filter(
        (plain) =>
          !['by', 'for', 'from', 'in', 'into', 'of', 'off', 'on', 'onto', 'or', 'the', 'to', 'with'].includes(
            plain,
          ),
      );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        expect(groups(words.join(' '))).toEqual(words);
        expect(parseSearchQuery(words.join(' ')).meaning).toBe(words.join(' '));
      }),
    );
  });
});
