import type { Database } from 'better-sqlite3';
import { parseSearchQuery } from '#core/text/searchQuery.ts';
import type { PassingQueries } from './passing.ts';
import { present } from './soundFilter.ts';
import type { SoundCondition } from './soundFilter.ts';
import { ftsQueries } from './wordQuery.ts';

/**
 * Weights of caption, tags, path and CatID; the CatID is asked for by name and tells nothing more. Written out rather than as
 * `rank`, for which FTS5 ranks all hits, also those that are not chosen.
 */
const BM25 = 'bm25(words, 4.0, 2.0, 1.0, 0.0)';
/**
 * So many hits are ranked, or not much fewer: BM25 takes 0.8 us for each, ten times what finding it takes. Words that more sounds
 * have tell little, and nobody leafs through so many.
 */
const RANKED_MOST = 20_000;
/** Ranked hits that are looked up at a time. */
const CHUNK = 500;
/** CROSS JOIN keeps SQLite from walking through all sounds and asking FTS5 about each. */
const FOUND = `FROM words CROSS JOIN sounds AS s ON s.id = words.rowid CROSS JOIN files AS f ON f.id = s.file_id
  CROSS JOIN sources AS r ON r.id = f.source_id WHERE words MATCH ?`;
/** The plus keeps FTS5 from looking for each of them anew. */
const LISTED = '+words.rowid IN (SELECT value FROM json_each(?))';

export function createWordQueries(db: Database, passing: PassingQueries) {
  const countHits = db.prepare<[string], number>('SELECT count(*) FROM words WHERE words MATCH ?').pluck();
  const count = (written: string, condition: SoundCondition, most: number): number => {
    const few = passing.few(condition);
    const { sql, values } = few ? { sql: LISTED, values: [JSON.stringify(few)] } : condition;
    const files = db
      .prepare<unknown[], number>(
        `SELECT count(*) FROM (SELECT DISTINCT s.file_id ${FOUND} AND (${sql}) LIMIT ?)`,
      )
      .pluck();
    return files.get(written, ...values, most + 1) ?? 0;
  };

  return {
    /**
     * Ids of the sounds that hold all the words, then of those of a kind that one of the words names; if there is none,
     * of those that hold any. Best first, of each file its best part. Of words that more than {@link RANKED_MOST} sounds hold,
     * only every third, fifth, ... of these takes part, from all over the library, unless that gives fewer than `limit`.
     */
    search(text: string, limit: number, condition: SoundCondition = present): number[] {
      const { all, named, any } = ftsQueries(parseSearchQuery(text), 'cat_id');
      const hits = new Map<number, number>();
      add(hits, all, limit, condition);
      if (hits.size < limit) add(hits, named, limit, condition);
      if (hits.size === 0) add(hits, any, limit, condition);
      return [...hits.values()].slice(0, limit);
    },

    /** How many files `search` would find without a limit; null when they are more than `most`. */
    count(text: string, condition: SoundCondition, most: number): number | null {
      const { all, named, any } = ftsQueries(parseSearchQuery(text), 'cat_id');
      // What is named holds what has the words themselves.
      const first = named || all;
      const found = first === '' ? 0 : count(first, condition, most);
      const files = found === 0 && any !== '' ? count(any, condition, most) : found;
      return files > most ? null : files;
    },
  };

  /** @param hits best sound by file */
  function add(hits: Map<number, number>, written: string, limit: number, condition: SoundCondition): void {
    if (written === '') return;
    for (const ids of rankings(written, passing.few(condition))) {
      const best = bestOf(ids, limit, condition);
      for (const [file, id] of best) if (!hits.has(file)) hits.set(file, id);
      if (best.size >= limit) break;
    }
  }

  /** The hits, best first: those that pass if these are few, else all or, of very many, a share and then all. */
  function* rankings(written: string, few: readonly number[] | undefined): Generator<number[], void> {
    if (few) {
      yield ranked(written, LISTED, JSON.stringify(few));
      return;
    }
    const share = Math.ceil((countHits.get(written) ?? 0) / RANKED_MOST);
    // Odd, since sounds come in pairs and tens.
    if (share > 1) yield ranked(written, '+words.rowid % ? = 0', share | 1);
    yield ranked(written, 'TRUE');
  }

  /** Of the first `limit` files the best hit that passes. */
  function bestOf(ids: readonly number[], limit: number, condition: SoundCondition): Map<number, number> {
    const found = new Map<number, number>();
    for (let from = 0; from < ids.length && found.size < limit; from += CHUNK) {
      const some = ids.slice(from, from + CHUNK);
      const files = passing.among(some, condition);
      for (const id of some) {
        const file = files.get(id);
        if (file !== undefined && !found.has(file)) found.set(file, id);
      }
    }
    return found;
  }

  /** Chosen hits, best first. */
  function ranked(written: string, chosen: string, ...values: readonly (string | number)[]): number[] {
    return db
      .prepare<unknown[], number>(
        `SELECT rowid FROM words WHERE words MATCH ? AND ${chosen} ORDER BY ${BM25}`,
      )
      .pluck()
      .all(written, ...values);
  }
}
