import type { Database } from 'better-sqlite3';
import { defineFilterFunctions, oneOf } from './soundFilter.ts';
import type { SoundCondition } from './soundFilter.ts';
import { createWrittenVersion } from './writtenVersion.ts';

/**
 * Sounds first, then what belongs to each: SQLite has no statistics of the library, and left to choose it begins with the
 * files of a source and takes 10 times as long.
 */
const JOINED = 'CROSS JOIN files AS f ON f.id = s.file_id CROSS JOIN sources AS r ON r.id = f.source_id';
export const SOUNDS_FIRST = `FROM sounds AS s ${JOINED}`;

/** Filters whose few sounds are remembered: a person leafs through results and changes words, with one filter or two. */
const REMEMBERED = 8;
/** So many are looked at one by one rather than met on a way through the library; beyond, one sound in 250 of a million passes. */
const FEW = 4096;

export type PassingQueries = ReturnType<typeof createPassingQueries>;

/** Which sounds meet a condition. */
export function createPassingQueries(db: Database) {
  defineFilterFunctions(db);
  const version = createWrittenVersion(db);
  const remembered = new Map<
    string,
    { readonly ids: readonly number[] | undefined; readonly version: string }
  >();

  const read = ({ sql, values }: SoundCondition, most: number): number[] | undefined => {
    const found = db
      .prepare<unknown[], number>(`SELECT s.id ${SOUNDS_FIRST} WHERE ${sql} LIMIT ?`)
      .pluck()
      .all(...values, most + 1);
    return found.length > most ? undefined : found;
  };

  const few = (condition: SoundCondition, most = FEW): readonly number[] | undefined => {
    const key = JSON.stringify([condition, most]);
    const now = version();
    const known = remembered.get(key);
    if (known?.version === now) return known.ids;
    const ids = read(condition, most);
    remembered.delete(key);
    remembered.set(key, { ids, version: now });
    for (const oldest of remembered.keys()) if (remembered.size > REMEMBERED) remembered.delete(oldest);
    return ids;
  };

  /** What passes: few sounds are sorted, many are met on the way through all of them in their order. */
  const byWorth = (condition: SoundCondition): IterableIterator<[number, number]> => {
    const ids = few(condition);
    const { sql, values } = ids ? oneOf(ids) : condition;
    return db
      .prepare<unknown[], [number, number]>(
        `SELECT s.id, s.file_id FROM sounds AS s ${ids ? '' : 'INDEXED BY sounds_worth'} ${JOINED} WHERE ${sql}
         ORDER BY s.rating DESC, s.favourite DESC, s.part = 'file' DESC, s.id`,
      )
      .raw()
      .iterate(...values);
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
    few,

    /** What passes, a file once with its best part: by stars, favourites, whole files before parts of them, then as added. */
    best(condition: SoundCondition, limit: number, offset: number): number[] {
      const wanted = offset + limit;
      const best = new Map<number, number>();
      for (const [id, file] of byWorth(condition)) {
        if (!best.has(file)) best.set(file, id);
        if (best.size >= wanted) break;
      }
      return [...best.values()].slice(offset);
    },

    /** How many files have a part that passes; null when they are more than `most`. */
    countFiles(condition: SoundCondition, most: number): number | null {
      const ids = few(condition);
      const { sql, values } = ids ? oneOf(ids) : condition;
      const count = db
        .prepare<unknown[], number>(
          `SELECT count(*) FROM (SELECT DISTINCT s.file_id ${SOUNDS_FIRST} WHERE ${sql} LIMIT ?)`,
        )
        .pluck()
        .get(...values, most + 1);
      return count === undefined || count > most ? null : count;
    },
  };
}
