import type { Database } from 'better-sqlite3';
import { defineFilterFunctions } from './soundFilter.ts';
import type { SoundCondition } from './soundFilter.ts';

/**
 * Sounds first, then what belongs to each: SQLite has no statistics of the library, and left to choose it begins with the
 * files of a source and takes 10 times as long.
 */
const JOINED = 'CROSS JOIN files AS f ON f.id = s.file_id CROSS JOIN sources AS r ON r.id = f.source_id';
const FROM_SOUNDS = `FROM sounds AS s ${JOINED}`;

/** Filters whose few sounds are remembered: a person leafs through results and changes words, with one filter or two. */
const REMEMBERED = 8;

/** Which sounds meet a condition. */
export function createPassingQueries(db: Database) {
  defineFilterFunctions(db);
  const written = db.prepare<[], number>('SELECT total_changes()').pluck();
  const remembered = new Map<
    string,
    { readonly ids: readonly number[] | undefined; readonly version: string }
  >();

  /** Changes when this connection or another one has written. */
  const version = () => `${String(db.pragma('data_version', { simple: true }))} ${written.get() ?? 0}`;

  const read = ({ sql, values }: SoundCondition, most: number): number[] | undefined => {
    const found = db
      .prepare<unknown[], number>(`SELECT s.id ${FROM_SOUNDS} WHERE ${sql} LIMIT ?`)
      .pluck()
      .all(...values, most + 1);
    return found.length > most ? undefined : found;
  };

  return {
    /** Those of the ids that pass, with their files. */
    among(ids: readonly number[], { sql, values }: SoundCondition): Map<number, number> {
      const rows = db
        .prepare<unknown[], [number, number]>(
          `SELECT s.id, s.file_id FROM json_each(?) AS asked CROSS JOIN sounds AS s ON s.id = asked.value
           ${JOINED} WHERE ${sql}`,
        )
        .raw()
        .all(JSON.stringify(ids), ...values);
      return new Map(rows);
    },

    /** All that pass, where they are at most so many; the library is read no further than tells that. */
    few(condition: SoundCondition, most: number): readonly number[] | undefined {
      const key = JSON.stringify([condition, most]);
      const now = version();
      const known = remembered.get(key);
      if (known?.version === now) return known.ids;
      const ids = read(condition, most);
      remembered.delete(key);
      remembered.set(key, { ids, version: now });
      for (const oldest of remembered.keys()) if (remembered.size > REMEMBERED) remembered.delete(oldest);
      return ids;
    },

    /** What passes, a file once with its best part: by stars, favourites, whole files before parts of them, then as added. */
    best({ sql, values }: SoundCondition, limit: number, offset: number): number[] {
      // With max() SQLite takes the other columns from the row that has it; 2^40 leaves room for every id.
      return db
        .prepare<unknown[], { id: number }>(
          `SELECT s.id, max((s.rating * 4 + s.favourite * 2 + (s.part = 'file')) * 1099511627776 - s.id) AS worth
           ${FROM_SOUNDS} WHERE ${sql} GROUP BY s.file_id ORDER BY worth DESC LIMIT ? OFFSET ?`,
        )
        .all(...values, limit, offset)
        .map(({ id }) => id);
    },

    /** How many files have a part that passes; null when they are more than `most`. */
    countFiles({ sql, values }: SoundCondition, most: number): number | null {
      const count = db
        .prepare<unknown[], number>(
          `SELECT count(*) FROM (SELECT DISTINCT s.file_id ${FROM_SOUNDS} WHERE ${sql} LIMIT ?)`,
        )
        .pluck()
        .get(...values, most + 1);
      return count === undefined || count > most ? null : count;
    },
  };
}
