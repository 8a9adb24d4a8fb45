import type { Database } from 'better-sqlite3';
import { FROM_SOUNDS } from './soundRow.ts';
import type { SoundCondition } from './soundFilter.ts';

/** Lists that stay in memory: a window shows one, and goes back to the one before. */
const KEPT = 2;

/**
 * Lists of whole files to leaf through. The ids of a list are read once and kept until something is written, so that any
 * page of a million is as near as the first.
 */
export function createBrowsingQueries(db: Database) {
  const written = db.prepare<[], number>('SELECT total_changes()').pluck();
  const kept = new Map<string, Int32Array>();
  return {
    /** The whole files that pass, by folder and name. */
    ids({ sql, values }: SoundCondition): Int32Array {
      const version = `${String(db.pragma('data_version', { simple: true }))} ${written.get() ?? 0}`;
      const key = JSON.stringify([sql, values, version]);
      const known = kept.get(key);
      if (known) return known;
      const ids = Int32Array.from(
        db
          .prepare<unknown[], number>(
            `SELECT s.id ${FROM_SOUNDS} WHERE s.part = 'file' AND ${sql} ORDER BY f.source_id, f.path`,
          )
          .pluck()
          .all(...values),
      );
      kept.set(key, ids);
      for (const oldest of kept.keys()) {
        if (kept.size <= KEPT) break;
        kept.delete(oldest);
      }
      return ids;
    },
  };
}
