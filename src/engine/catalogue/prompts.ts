import type { Database } from 'better-sqlite3';
import { parseSearchQuery } from '#core/text/searchQuery.ts';
import { ftsQueries } from './wordQuery.ts';

/** The prompts that takes were asked for with, and what else a prompt may say. */
export function createPromptQueries(db: Database) {
  const use = db.prepare<[string, number]>(
    `INSERT INTO prompts (text, used, used_at) VALUES (?, 1, ?)
     ON CONFLICT (text) DO UPDATE SET used = used + 1, used_at = excluded.used_at`,
  );
  const recent = db
    .prepare<[number], string>('SELECT text FROM prompts ORDER BY used_at DESC LIMIT ?')
    .pluck();
  const having = db
    .prepare<[string, number], string>(
      'SELECT text FROM prompts WHERE instr(lower(text), lower(?)) > 0 ORDER BY used_at DESC LIMIT ?',
    )
    .pluck();
  const captions = db
    .prepare<[string, number], string>(
      `SELECT DISTINCT s.caption FROM words CROSS JOIN sounds AS s ON s.id = words.rowid
       WHERE words MATCH ? AND s.caption <> '' LIMIT ?`,
    )
    .pluck();
  return {
    use: (text: string): void => {
      use.run(text, Date.now());
    },
    /** The last used first. */
    recent: (limit: number): string[] => recent.all(limit),
    /** Those with some words in them. */
    having: (text: string, limit: number): string[] => having.all(text, limit),
    /** Captions of the library that have the words of a text, the last by its beginning. */
    captions(text: string, limit: number): string[] {
      const { all } = ftsQueries(parseSearchQuery(text));
      return all === '' ? [] : captions.all(all, limit);
    },
  };
}
