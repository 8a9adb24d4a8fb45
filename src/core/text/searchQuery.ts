import { readCondition } from './searchFields.ts';
import type { Condition, SearchFilter } from './searchFilter.ts';

/** By what a search finds: what sounds mean, the words they have, or both, fused by rank. */
export const searchModes = ['meaning', 'words', 'both'] as const;
export type SearchMode = (typeof searchModes)[number];

/** A word, found by its beginning, or words that must stand side by side. */
export interface Term {
  readonly kind: 'word' | 'phrase';
  /** Words of letters and digits, one for `word`. */
  readonly words: readonly string[];
}

/** What a person typed into the search field, understood. */
export interface SearchQuery {
  /** Each group must be there, any term of it will do. */
  readonly groups: readonly (readonly Term[])[];
  /** None of these may be there. */
  readonly excluded: readonly Term[];
  readonly filter: SearchFilter;
  /** What the search by meaning embeds: the text without filters, exclusions and operators; '' when there is none. */
  readonly meaning: string;
}

/** An optional minus, an optional field, then a quoted text (its end may be missing) or one without spaces. */
const TOKEN = /(?<minus>-)?(?:(?<field>\p{L}+):)?(?:"(?<quoted>[^"]*)"?|(?<bare>[^\s"]+))/gu;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Characters; a longer text is a slip of the clipboard, and its end is not read. */
const MAX_LENGTH = 1000;
/** A sound has many of these: both of `tag:wet tag:castle` must hold. */
const MANY: ReadonlySet<Condition['field']> = new Set(['tag', 'collection']);
/**
 * They join words and are in half of all captions, or end the names of files: asked for only where nothing else is, and in
 * phrases. In 1,000,000 sounds "wav" alone takes 3 s to rank.
 */
const COMMON_WORDS = new Set(
  'a an and at by for from in into of off on onto or the to with wav aif aiff flac mp3 ogg opus m4a'.split(
    ' ',
  ),
);

interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly field: string | undefined;
  readonly minus: boolean;
}

/**
 * Reads the language of the search field:
 *
 * - words, found by their beginning: `rusty gate` finds "rusty gates"
 * - `"exact phrases"`
 * - exclusions: `-slam`, `-"gate slam"`, `NOT slam`
 * - alternatives: `gate OR door` binds closer than the words around it
 * - filters: `cat:DOORWood`, `category:doors`, `source:boom`, `rating:>=4`, `dur:<2s`, `rate:48k`, `ch:2`, `bits:24`,
 *   `lic:cc0`, `tag:castle`, `collection:rain`, `is:fav`, `is:synthetic`, `is:usable`, `is:missing`, `is:unreadable`, `is:captioned`; a minus turns them round
 *
 * Operators are in capitals. Whatever is none of these is words, the first 1000 characters of them: no text is wrong.
 */
export function parseSearchQuery(text: string): SearchQuery {
  const groups: Term[][] = [];
  const excluded: Term[] = [];
  const filter: Condition[] = [];
  const meaning: string[] = [];
  let [negate, join] = [false, false];
  const tokens = tokenise(text);
  tokens.forEach((token, index) => {
    const operator = index < tokens.length - 1 ? operatorOf(token) : undefined;
    if (operator === 'NOT') negate = true;
    else if (operator === 'OR') join = groups.length > 0;
    if (operator !== undefined) return;
    const negated = token.minus || negate;
    const { field, text: value, quoted } = token;
    const condition = field === undefined ? undefined : readCondition(field, value, negated, quoted);
    if (condition) addCondition(filter, condition);
    else if (negated) excluded.push(...phrase(token));
    else {
      const terms = termsOf(token);
      if (terms.length > 0) meaning.push(plain(token));
      const last = join ? groups.at(-1) : undefined;
      // `gate OR sci-fi` is one group; else each word is its own.
      if (last) last.push(...(terms.length > 1 ? phrase(token) : terms));
      else groups.push(...terms.map((term) => [term]));
    }
    [negate, join] = [false, false];
  });
  return { groups: withoutCommonWords(groups), excluded, filter, meaning: meaning.join(' ') };
}

function tokenise(text: string): Token[] {
  const clean = text
    .slice(0, MAX_LENGTH)
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cs}\s]+/gu, ' ')
    .replaceAll(/[“”„‟«»]/g, '"');
  return [...clean.matchAll(TOKEN)].map(({ groups = {}, index }) => {
    const { quoted, bare, field, minus } = groups;
    const begins = index === 0 || /[\s"]/.test(clean[index - 1] ?? '');
    const token = { text: quoted ?? bare ?? '', quoted: quoted !== undefined, field };
    return { ...token, minus: minus !== undefined && begins };
  });
}

function operatorOf({ text, quoted, field, minus }: Token): 'NOT' | 'OR' | 'AND' | undefined {
  if (quoted || minus || field !== undefined) return undefined;
  return text === 'NOT' || text === 'OR' || text === 'AND' ? text : undefined;
}

/** Filters of one field that a sound has once are alternatives: `cat:doors cat:wood`. */
function addCondition(filter: Condition[], condition: Condition): void {
  const place = filter.findIndex(
    ({ field, negated }) => field === condition.field && !negated && !condition.negated,
  );
  const earlier = filter[place];
  if (earlier?.field === 'category' && condition.field === 'category') {
    filter[place] = { ...earlier, catIds: [...new Set([...earlier.catIds, ...condition.catIds])] };
  } else if (earlier && 'values' in earlier && 'values' in condition && !MANY.has(earlier.field)) {
    filter[place] = { ...earlier, values: [...new Set([...earlier.values, ...condition.values])] };
  } else {
    filter.push(condition);
  }
}

/** The token as it was typed, without quotes. */
function plain({ field, text }: Token): string {
  return (field === undefined ? text : `${field}:${text}`).trim();
}

function termsOf(token: Token): Term[] {
  if (token.quoted && token.field === undefined) return phrase(token);
  return wordsOf(plain(token)).map((word) => ({ kind: 'word', words: [word] }));
}

function phrase(token: Token): Term[] {
  const words = wordsOf(plain(token));
  if (words.length === 0) return [];
  return [{ kind: token.quoted || words.length > 1 ? 'phrase' : 'word', words }];
}

/** "dog's" is "dog": the s alone would find half the library by its beginning. */
function wordsOf(text: string): string[] {
  return text.replaceAll(/(?<=\p{L})['’]s(?!\p{L})/giu, '').match(WORD) ?? [];
}

function withoutCommonWords(groups: readonly (readonly Term[])[]): readonly (readonly Term[])[] {
  const telling = groups.filter(
    (group) => !group.every(({ kind, words: [word = ''] }) => kind === 'word' && COMMON_WORDS.has(word)),
  );
  return telling.length > 0 ? telling : groups;
}
