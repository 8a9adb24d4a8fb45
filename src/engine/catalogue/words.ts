import type { Database } from 'better-sqlite3';
import { parseSearchQuery } from '#core/text/searchQuery.ts';
import { present } from './soundFilter.ts';
import type { SoundCondition } from './soundFilter.ts';
import { ftsQueries } from './wordQuery.ts';

/**
 * Weights of caption, tags, path and CatID in BM25; the CatID is asked for by name and tells nothing more. FTS5 sorts by
 * `rank` itself, before the join: in a library of 100,000 "door" took 8 to 12 ms so, and 33 to 38 ms with the join first.
 */
const RANKED = `rank MATCH 'bm25(4.0, 2.0, 1.0, 0.0)'`;
/** CROSS JOIN keeps SQLite from walking through all sounds and asking FTS5 about each. */
const FOUND = `FROM words CROSS JOIN sounds AS s ON s.id = words.rowid CROSS JOIN files AS f ON f.id = s.file_id
  CROSS JOIN sources AS r ON r.id = f.source_id WHERE words MATCH ?`;

export function createWordQueries(db: Database) {
  const count = (written: string, { sql, values }: SoundCondition, most: number): number =>
    db
      .prepare<unknown[], number>(
        `SELECT count(*) FROM (SELECT DISTINCT s.file_id ${FOUND} AND (${sql}) LIMIT ?)`,
      )
      .pluck()
      .get(written, ...values, most + 1) ?? 0;

  return {
    /**
     * Ids of the sounds that hold all the words, then of those of a kind that one of the words names; if there is none,
     * of those that hold any. Best first, of each file its best part.
     */
    search(text: string, limit: number, condition: SoundCondition = present): number[] {
      const { all, named, any } = ftsQueries(parseSearchQuery(text), 'cat_id');
      const hits = new Map<number, number>();
      for (const written of [all, named]) add(hits, written, limit, condition);
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
  function add(
    hits: Map<number, number>,
    written: string,
    limit: number,
    { sql, values }: SoundCondition,
  ): void {
    if (written === '') return;
    const rows = db
      .prepare<unknown[], [number, number]>(
        `SELECT s.id, s.file_id ${FOUND} AND ${RANKED} AND (${sql}) ORDER BY rank`,
      )
      .raw()
      .iterate(written, ...values);
    const files = new Set<number>();
    for (const [id, file] of rows) {
      files.add(file);
      if (!hits.has(file)) hits.set(file, id);
      if (files.size >= limit) break;
    }
  }
}
