import type { Database } from 'better-sqlite3';
import { wordQuery } from './wordQuery.ts';

/** Weights of caption, tags and path in BM25. */
const RANK = 'bm25(words, 4.0, 2.0, 1.0)';

export function createWordQueries(db: Database) {
  const search = db
    .prepare<[string, number], number>(
      `SELECT words.rowid FROM words JOIN sounds AS s ON s.id = words.rowid JOIN files AS f ON f.id = s.file_id
       JOIN sources AS r ON r.id = f.source_id
       WHERE words MATCH ? AND f.missing = 0 AND r.offline = 0 ORDER BY ${RANK}, words.rowid LIMIT ?`,
    )
    .pluck();

  return {
    /** Ids of the sounds whose words hold all of `text`'s, else of those that hold any; best first. */
    search(text: string, limit: number): number[] {
      const all = wordQuery(text, 'AND');
      if (all === '') return [];
      const hits = search.all(all, limit);
      return hits.length > 0 ? hits : search.all(wordQuery(text, 'OR'), limit);
    },
  };
}
