import type { Database } from 'better-sqlite3';
import type { SearchMode } from '#core/text/searchQuery.ts';

/** A search under a name, to be run again. */
export interface SavedSearch {
  readonly name: string;
  /** In the query language. */
  readonly text: string;
  readonly mode: SearchMode;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
}

const COLUMNS = 'name, text, mode, added_at AS addedAt';

export function createSavedSearchQueries(db: Database) {
  const all = db.prepare<[], SavedSearch>(`SELECT ${COLUMNS} FROM saved_searches ORDER BY name`);
  const byName = db.prepare<[string], SavedSearch>(`SELECT ${COLUMNS} FROM saved_searches WHERE name = ?`);
  const save = db.prepare<[string, string, string, number], SavedSearch>(
    `INSERT INTO saved_searches (name, text, mode, added_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET text = excluded.text, mode = excluded.mode RETURNING ${COLUMNS}`,
  );
  const remove = db.prepare<[string]>('DELETE FROM saved_searches WHERE name = ?');

  return {
    all: (): SavedSearch[] => all.all(),
    /** Without regard to capitals. */
    byName: (name: string): SavedSearch | undefined => byName.get(name),
    /** Adds a search, or replaces the one of that name. */
    save(name: string, text: string, mode: SavedSearch['mode']): SavedSearch {
      const row = save.get(name, text, mode, Date.now());
      if (!row) throw new Error(`no row was written for the saved search ${name}`);
      return row;
    },
    /** @returns whether there was one of that name */
    remove: (name: string): boolean => remove.run(name).changes > 0,
  };
}
