import { categoriesNamed } from '#core/text/ucsSynonyms.ts';
import type { SearchQuery, Term } from '#core/text/searchQuery.ts';

/** FTS5 queries for one search, each '' where there is nothing to ask. */
export interface FtsQueries {
  /** Every group of the search and none of its exclusions. */
  readonly all: string;
  /** The same, where a group may also be met by the CatID that one of its words names; '' when none names one. */
  readonly named: string;
  /** Any group and none of the exclusions; '' when that would be {@link all} again. */
  readonly any: string;
  /** The exclusions: what a search by meaning, or by filters alone, must leave out. */
  readonly none: string;
}

/**
 * Writes a search for FTS5. Ask `all` first, then `named`, then, if neither found a thing, `any`: what has the words
 * themselves stands before what only is of a kind that they name, whatever BM25 makes of either.
 *
 * "lorry" is searched for as itself or the CatID it names, rather than the synonyms of a sound's CatID being indexed as
 * its words. On 20,000 made-up rows a column of synonyms made the FTS5 table 3.1 times as large and four times as long in
 * the writing, and "car" found 2569 sounds instead of 899; a column of the CatID costs 11 % in size and no time, and
 * both give the same 14 for "lorry".
 *
 * @param catIdColumn column of the FTS5 table that holds the CatID alone
 */
export function ftsQueries({ groups, excluded }: SearchQuery, catIdColumn?: string): FtsQueries {
  const none = excluded.map(writeTerm).join(' OR ');
  const without = (found: string): string =>
    found === '' || none === '' ? found : `(${found}) NOT (${none})`;

  const plain = groups.map((group) => group.map(writeTerm).join(' OR '));
  const widened = catIdColumn === undefined ? plain : groups.map((group) => writeNamed(group, catIdColumn));
  const all = joined(plain, 'AND');
  const named = joined(widened, 'AND');
  const any = joined(widened, 'OR');
  return {
    all: without(all),
    named: named === all ? '' : without(named),
    any: groups.length < 2 ? '' : without(any),
    none,
  };
}

function writeNamed(group: readonly Term[], column: string): string {
  const catIds = [...new Set(group.flatMap(({ words }) => categoriesNamed(words)))];
  return [...group.map(writeTerm), ...catIds.map((catId) => `${column} : ${quote([catId])}`)].join(' OR ');
}

/** A single letter is no beginning of a word: with a star it would find half the library. */
function writeTerm({ kind, words }: Term): string {
  const prefix = kind === 'word' && !/^[a-z\d]$/i.test(words.join(''));
  return quote(words) + (prefix ? '*' : '');
}

function quote(words: readonly string[]): string {
  return `"${words.join(' ').replaceAll('"', '')}"`;
}

function joined(groups: readonly string[], operator: 'AND' | 'OR'): string {
  return groups.map((group) => (group.includes(' OR ') ? `(${group})` : group)).join(` ${operator} `);
}
