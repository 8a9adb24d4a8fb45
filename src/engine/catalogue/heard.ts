import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { allOf, heard, present } from './soundFilter.ts';
import { FROM_SOUNDS } from './soundRow.ts';

/** A file that was listened to, as the sound that is all of it. */
export interface HeardFile {
  readonly soundId: number;
  readonly path: string;
  readonly sha256: string;
  readonly seconds: number;
  /** LUFS; null when it was too short or silent. */
  readonly loudness: number | null;
  /** dBTP; null when silent. */
  readonly truePeak: number | null;
}

interface HeardRow extends HeardFile {
  readonly root: string;
}

const PRESENT = allOf(heard, present).sql;

/** What was heard of the files that are there now, in bulk. */
export function createHeardQueries(db: Database) {
  const files = db.prepare<[], HeardRow>(
    `SELECT s.id AS soundId, r.path AS root, f.path, f.sha256, f.seconds, f.loudness, f.true_peak AS truePeak ${FROM_SOUNDS}
     WHERE ${PRESENT} AND s.part = 'file' AND f.sha256 <> '' ORDER BY s.id`,
  );
  const contents = db
    .prepare<[string], [number, string]>(
      `SELECT s.id, f.sha256 ${FROM_SOUNDS} WHERE s.id IN (SELECT value FROM json_each(?)) AND ${PRESENT}`,
    )
    .raw();
  const known = db
    .prepare<[], [string, number]>(
      `SELECT s.cat_id, count(DISTINCT f.sha256) ${FROM_SOUNDS} WHERE s.cat_id IS NOT NULL AND s.part <> 'event' AND ${PRESENT}
       GROUP BY s.cat_id`,
    )
    .raw();

  return {
    files: (): HeardFile[] =>
      files.all().map(({ root, path, ...file }) => ({ ...file, path: join(root, path) })),
    /** The hashes of the files that sounds are in. */
    contents: (ids: readonly number[]): ReadonlyMap<number, string> =>
      new Map(contents.all(JSON.stringify(ids))),
    /** How many different files have which CatID. */
    known: (): ReadonlyMap<string, number> => new Map(known.all()),
  };
}
