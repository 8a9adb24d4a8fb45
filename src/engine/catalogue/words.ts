import type { Database } from 'better-sqlite3';
import { parseSearchQuery } from '#core/text/searchQuery.ts';
import { ftsQueries } from './wordQuery.ts';

/** Weights of caption, tags, path and CatID in BM25; the CatID is asked for by name and tells nothing more. */
const RANK = 'bm25(words, 4.0, 2.0, 1.0, 0.0)';

export function createWordQueries(db: Database) {
  const search = db
    .prepare<[string, number], number>(
      `SELECT words.rowid FROM words JOIN sounds AS s ON s.id = words.rowid JOIN files AS f ON f.id = s.file_id
       JOIN sources AS r ON r.id = f.source_id
       WHERE words MATCH ? AND f.missing = 0 AND r.offline = 0 ORDER BY ${RANK}, words.rowid LIMIT ?`,
    )
    .pluck();

  const among = db
    .prepare<[string, string], number>(
      'SELECT rowid FROM words WHERE words MATCH ? AND rowid IN (SELECT value FROM json_each(?))',
    )
    .pluck();

  return {
    /**
     * Ids of the sounds that hold all the words, then of those of a kind that one of the words names; if there is none,
     * of those that hold any. Best first.
     */
    search(text: string, limit: number): number[] {
      const { all, named, any } = ftsQueries(parseSearchQuery(text), 'cat_id');
      const hits = new Set<number>();
      for (const written of [all, named]) add(hits, written, limit);
      if (hits.size === 0) add(hits, any, limit);
      return [...hits].slice(0, limit);
    },
    /** Those of the ids whose sounds hold a word that the text excludes. */
    excluded(text: string, ids: readonly number[]): ReadonlySet<number> {
      const { none } = ftsQueries(parseSearchQuery(text), 'cat_id');
      return new Set(none === '' ? [] : among.all(none, JSON.stringify(ids)));
    },
  };

  function add(hits: Set<number>, written: string, limit: number): void {
    for (const id of written === '' ? [] : search.all(written, limit)) hits.add(id);
  }
}
