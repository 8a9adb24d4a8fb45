import type { Database } from 'better-sqlite3';
import type { SoundOrder } from '#core/text/soundOrder.ts';
import { FROM_SOUNDS } from './soundRow.ts';
import type { SoundCondition } from './soundFilter.ts';
import { createWrittenVersion } from './writtenVersion.ts';

/** Lists that stay in memory: a window shows one, and goes back to the one before. */
const KEPT = 2;

/** What a list is sorted by; what has none of it comes last either way. The folder and the name decide between equals. */
const KEYS: Readonly<Record<Exclude<SoundOrder['by'], 'folder'>, string>> = {
  // What is left of a path when all up to its last slash is cut off; SQLite has no function for it.
  name: `replace(f.path, rtrim(f.path, replace(f.path, '/', '')), '') COLLATE NOCASE`,
  caption: `nullif(s.caption, '') COLLATE NOCASE`,
  category: 's.cat_id',
  length: 'nullif(f.seconds, 0)',
  rating: 'nullif(s.rating, 0)',
  format: 'nullif(f.sample_rate, 0) * 100 + ifnull(f.bits, 0)',
  terms: `nullif(s.licence, '') COLLATE NOCASE`,
  added: 's.id',
};

/**
 * Lists of whole files to leaf through. The ids of a list are read once and kept until something is written, so that any
 * page of a million is as near as the first.
 */
export function createBrowsingQueries(db: Database) {
  const version = createWrittenVersion(db);
  const kept = new Map<string, Int32Array>();
  return {
    /** The whole files that pass, in an order. */
    ids({ sql, values }: SoundCondition, { by, descending }: SoundOrder): Int32Array {
      const key = JSON.stringify([sql, values, by, descending, version()]);
      const known = kept.get(key);
      if (known) return known;
      const direction = descending ? 'DESC' : 'ASC';
      // The folder's order is that of an index, which any more words in it would keep SQLite from using.
      const own = by === 'folder' ? '' : `${KEYS[by]} ${direction} NULLS LAST, `;
      const rest = by === 'folder' ? direction : 'ASC';
      const order = `${own}f.source_id ${rest}, f.path ${rest}`;
      const ids = Int32Array.from(
        db
          .prepare<unknown[], number>(
            `SELECT s.id ${FROM_SOUNDS} WHERE s.part = 'file' AND ${sql} ORDER BY ${order}`,
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
