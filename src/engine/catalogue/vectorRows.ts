import type { Database } from 'better-sqlite3';

/** A row-major matrix of vectors, and whose they are. */
export interface VectorRows {
  /** Ascending. */
  readonly ids: readonly number[];
  /** Unit vectors, [ids, dimension]. */
  readonly vectors: Float32Array;
  /** 0 when there are none. */
  readonly dimension: number;
}

interface Row {
  readonly id: number;
  readonly vector: Uint8Array;
}

/** The audio embeddings in bulk, a chunk at a time: those of a large library do not fit the memory. */
export function createVectorQueries(db: Database) {
  const countSince = db
    .prepare<[string, number], number>(
      `SELECT count(*) FROM embeddings WHERE model = ? AND kind = 'audio' AND epoch > ?`,
    )
    .pluck();
  const present = db
    .prepare<[string, number, number], [number, number]>(
      `SELECT sound_id, epoch FROM embeddings WHERE model = ? AND kind = 'audio' AND sound_id > ?
       ORDER BY sound_id LIMIT ?`,
    )
    .raw();
  const byIds = db.prepare<[string, string], Row>(
    `SELECT sound_id AS id, vector FROM embeddings
     WHERE model = ? AND kind = 'audio' AND sound_id IN (SELECT value FROM json_each(?)) ORDER BY sound_id`,
  );
  // Every so many, by a multiplicative hash of the id (Knuth 1973, 6.4): neighbouring ids are of one folder.
  const sample = db.prepare<[string, number], Row>(
    `SELECT sound_id AS id, vector FROM embeddings
     WHERE model = ? AND kind = 'audio' AND ((sound_id * 2654435761) & 4294967295) % ? = 0 ORDER BY sound_id`,
  );
  const labelled = db.prepare<[string, number, number], Row & { readonly catId: string }>(
    `SELECT s.id, s.cat_id AS catId, e.vector FROM sounds AS s
     JOIN embeddings AS e ON e.sound_id = s.id AND e.kind = 'audio' AND e.model = ?
     WHERE s.cat_id IS NOT NULL AND s.part <> 'event' AND s.id > ? ORDER BY s.id LIMIT ?`,
  );

  return {
    /** How many were written after an epoch. */
    countSince: (model: string, epoch: number): number => countSince.get(model, epoch) ?? 0,
    /** The next sounds that have one, with the epoch it was written at. */
    present: (model: string, after: number, limit: number): [soundId: number, epoch: number][] =>
      present.all(model, after, limit),
    byIds: (model: string, ids: readonly number[]): VectorRows =>
      rowsOf(byIds.all(model, JSON.stringify(ids))),
    /** About one in `every`, the same ones each time. */
    sample: (model: string, every: number): VectorRows => rowsOf(sample.all(model, every)),
    /** The next sounds whose CatID is known; events go by the words of their file and are no witnesses of their own. */
    labelled(model: string, after: number, limit: number): VectorRows & { readonly catIds: string[] } {
      const rows = labelled.all(model, after, limit);
      return { ...rowsOf(rows), catIds: rows.map(({ catId }) => catId) };
    },
  };
}

function rowsOf(rows: readonly Row[]): VectorRows {
  const dimension = (rows[0]?.vector.length ?? 0) / 2;
  const vectors = new Float32Array(rows.length * dimension);
  for (const [place, { vector }] of rows.entries())
    unpackHalves(vector, vectors.subarray(place * dimension, (place + 1) * dimension));
  return { ids: rows.map(({ id }) => id), vectors, dimension };
}

/** IEEE 754 binary16, little-endian, to a vector of unit length again: rounding had changed that, which a ranking would tell. */
export function unpackHalves(bytes: Uint8Array, into: Float32Array): void {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  into.set(new Float16Array(aligned.buffer, aligned.byteOffset, into.length));
  let squares = 0;
  for (const value of into) squares += value * value;
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 1;
  for (let n = 0; n < into.length; n++) into[n]! *= scale;
}
