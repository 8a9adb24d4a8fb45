import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { licenceKey } from '#core/text/searchFilter.ts';
import type { Condition, NumberRange, SearchFilter } from '#core/text/searchFilter.ts';

/** What a sound must be, over `s`, `f` and `r` of `FROM_SOUNDS`, and what the placeholders in it stand for. */
export interface SoundCondition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

export const every: SoundCondition = { sql: 'TRUE', values: [] };
/** Its embeddings are of what its file is now. */
export const heard: SoundCondition = { sql: `f.stage = 'analysed' AND f.problem IS NULL`, values: [] };
/** Neither its file nor the drive of its source is gone. */
export const present: SoundCondition = { sql: 'f.missing = 0 AND r.offline = 0', values: [] };
/** It may not condition generation; written as its partial index is, for mostly few or none are found that way. */
export const forbidden: SoundCondition = { sql: 's.may_condition = 0', values: [] };

export function allOf(...conditions: readonly SoundCondition[]): SoundCondition {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  };
}

/** One of these ids. */
export function oneOf(ids: readonly number[]): SoundCondition {
  return { sql: 's.id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(ids)] };
}

/** None of these ids. */
export function noneOf(ids: readonly number[]): SoundCondition {
  return { sql: 's.id NOT IN (SELECT value FROM json_each(?))', values: [JSON.stringify(ids)] };
}

/**
 * Writes a filter for SQLite. Sounds that are not there now are left out unless the filter speaks of them (`is:missing`).
 *
 * What SQLite can look up in an index is written as the index is (migration 4). Only `licence`, once for each spelling, and,
 * beyond ASCII, `tag` call back into JavaScript; a tag in 100,000 sounds took 20 to 50 ms by LIKE, 150 to 250 ms by json_each.
 */
export function passes(filter: SearchFilter): SoundCondition {
  const asksForMissing = filter.some(({ field }) => field === 'missing');
  // SQLite looks in the order in which they are written.
  const written = filter
    .toSorted((a, b) => cost(a) - cost(b))
    .map((condition) => {
      const { sql, values } = write(condition);
      if (!condition.negated || condition.field in FLAGS) return { sql, values };
      // What is not known (the bits of an MP3) is not in a range, and not outside of it either.
      return { sql: `(${sql}) IS NOT TRUE`, values };
    });
  return allOf(...(asksForMissing ? [] : [present]), ...written);
}

/**
 * Without the sounds that the FTS5 query finds. An event has no words of its own: it goes by those of its file.
 *
 * @param written '' leaves out nothing
 */
export function without(written: string): SoundCondition {
  if (written === '') return every;
  const whole = `(SELECT w.id FROM sounds AS w WHERE w.file_id = s.file_id AND w.part = 'file')`;
  const own = `ifnull(iif(s.part = 'event', ${whole}, s.id), s.id)`;
  return { sql: `${own} NOT IN (SELECT rowid FROM words WHERE words MATCH ?)`, values: [written] };
}

/** What is told by a number, then texts that are read through. */
function cost({ field }: Condition): number {
  return field === 'tag' ? 1 : 0;
}

/** What has it, and what has it not. */
const FLAGS = {
  favourite: ['s.favourite = 1', 's.favourite = 0'],
  synthetic: ['s.file_id IN (SELECT id FROM files WHERE synthetic = 1)', 'f.synthetic = 0'],
  mayCondition: ['s.may_condition = 1', forbidden.sql],
  missing: ['f.missing = 1 OR r.offline = 1', present.sql],
  unreadable: ['s.file_id IN (SELECT id FROM files WHERE problem IS NOT NULL)', 'f.problem IS NULL'],
  captioned: [`s.caption <> ''`, `s.caption = ''`],
} as const;

/** Null where a file has not been read yet, or its coding has none. */
const NUMBERS = {
  rating: 's.rating',
  seconds: 'iif(f.sample_rate > 0, ifnull(s.end, max(s.start, f.seconds)) - s.start, NULL)',
  sampleRate: 'nullif(f.sample_rate, 0)',
  channels: 'nullif(f.channels, 0)',
  bits: 'f.bits',
} as const;

const LISTED = 'IN (SELECT value FROM json_each(?))';

function write(condition: Condition): SoundCondition {
  switch (condition.field) {
    case 'category':
      return { sql: `s.cat_id ${LISTED}`, values: [JSON.stringify(condition.catIds)] };
    case 'source': {
      const named = 'SELECT id FROM sources WHERE source_named(path, kind, ?)';
      return { sql: `f.source_id IN (${named})`, values: [JSON.stringify(condition.values)] };
    }
    case 'collection': {
      const members = `SELECT m.sound_id FROM collection_sounds AS m JOIN collections AS c ON c.id = m.collection_id
        WHERE fold(c.name) ${LISTED}`;
      return { sql: `s.id IN (${members})`, values: [JSON.stringify(condition.values)] };
    }
    case 'tag':
      return anyOf(condition.values.map(tagged));
    case 'licence':
      return licensed(condition.values);
    case 'rating':
    case 'seconds':
    case 'sampleRate':
    case 'channels':
    case 'bits':
      return ranged(NUMBERS[condition.field], condition.range);
    default:
      return { sql: FLAGS[condition.field][condition.negated ? 1 : 0], values: [] };
  }
}

function anyOf(conditions: readonly SoundCondition[]): SoundCondition {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(' OR '),
    values: conditions.flatMap(({ values }) => values),
  };
}

/** Of a million sounds there are a few dozen spellings, each found in the index by the one before it. */
function licensed(beginnings: readonly string[]): SoundCondition {
  const next = (after: string) => `SELECT min(licence) FROM sounds WHERE licence <> '' ${after}`;
  const spelled = `WITH RECURSIVE spelled (licence) AS (
    ${next('')} UNION ALL SELECT (${next('AND licence > spelled.licence')}) FROM spelled WHERE licence IS NOT NULL)`;
  const wanted = beginnings.map(() => 'licence_key(licence) GLOB ?').join(' OR ');
  return {
    sql: `s.licence <> '' AND s.licence IN (${spelled} SELECT licence FROM spelled WHERE ${wanted})`,
    values: beginnings.map((beginning) => `${beginning}*`),
  };
}

/** In the JSON list of tags: the quotes keep a word of another tag apart, what stands before them a quote within one. */
function tagged(tag: string): SoundCondition {
  const json = JSON.stringify(tag).replaceAll(/[\\%_]/g, String.raw`\$&`);
  // LIKE tells no capitals apart in ASCII only.
  const column = /^\p{ASCII}*$/u.test(tag) ? 's.tags' : 'fold(s.tags)';
  const like = String.raw`${column} LIKE ? ESCAPE '\'`;
  return { sql: `${like} OR ${like}`, values: [`[${json}%`, `%,${json}%`] };
}

function ranged(column: string, { atLeast, moreThan, atMost, lessThan }: NumberRange): SoundCondition {
  const ends = [
    [atLeast, '>='],
    [moreThan, '>'],
    [atMost, '<='],
    [lessThan, '<'],
  ] as const;
  const given = ends.flatMap(([value, operator]) => (value === undefined ? [] : [{ value, operator }]));
  return {
    sql: given.map(({ operator }) => `${column} ${operator} ?`).join(' AND '),
    values: given.map(({ value }) => value),
  };
}

/** Gives SQLite the functions that conditions call. */
export function defineFilterFunctions(db: Database): void {
  const define = (name: string, call: (...values: readonly unknown[]) => unknown): void => {
    db.function(name, { deterministic: true, varargs: true }, call);
  };
  define('licence_key', (text) => licenceKey(String(text)));
  define('fold', (text) => fold(String(text)));
  define('source_named', (path, kind, values) => {
    const wanted = z.array(z.string()).parse(JSON.parse(String(values)));
    return Number(wanted.some((value) => value === kind || hasWords(fold(String(path)), value)));
  });
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** Whether the words stand in the text, from the beginning of one: `boom` is not in "kaboom". */
function hasWords(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '') || !/^[\p{L}\p{N}]/u.test(words)) return true;
  }
  return false;
}
