import type { Database } from 'better-sqlite3';

/** A map of the library as it is kept. */
export interface StoredMap {
  /** Of the catalogue when the points were brought up to date. */
  readonly epoch: number;
  /** Of the catalogue when the plane was laid, and through how many sounds. */
  readonly planeEpoch: number;
  readonly planeSounds: number;
  /** Shares of the variance along both axes, then mean, first axis and second axis. */
  readonly plane: Float64Array;
  /** Sound ids, ascending. */
  readonly ids: Float64Array;
  /** Row-major [ids, 2]. */
  readonly points: Float32Array;
}

interface MapRow {
  readonly epoch: number;
  readonly planeEpoch: number;
  readonly planeSounds: number;
  readonly plane: Uint8Array;
  readonly ids: Uint8Array;
  readonly points: Uint8Array;
}

export function createMapQueries(db: Database) {
  const get = db.prepare<[string], MapRow>(
    `SELECT epoch, plane_epoch AS planeEpoch, plane_sounds AS planeSounds, plane, ids, points FROM maps WHERE model = ?`,
  );
  const put = db.prepare(
    `INSERT OR REPLACE INTO maps (model, epoch, plane_epoch, plane_sounds, plane, ids, points)
     VALUES (@model, @epoch, @planeEpoch, @planeSounds, @plane, @ids, @points)`,
  );
  const categories = db
    .prepare<[string, number, number], [number, string | null]>(
      `SELECT s.id, ifnull(s.cat_id, iif(r.model = ?, g.categories ->> '$[0].catId', NULL)) FROM sounds AS s
       LEFT JOIN suggestions AS g ON g.sound_id = s.id LEFT JOIN suggestion_rounds AS r ON r.id = g.round
       WHERE s.id BETWEEN ? AND ? ORDER BY s.id`,
    )
    .raw();
  return {
    /** CatIDs of the sounds between two ids, both included: what they are said to be, else what they may be. */
    categories: (model: string, first: number, last: number): ReadonlyMap<number, string | null> =>
      new Map(categories.all(model, first, last)),
    get(model: string): StoredMap | undefined {
      const row = get.get(model);
      if (!row) return undefined;
      // Copies: a Float64Array begins at a multiple of 8 bytes.
      const [plane, ids, points] = [row.plane, row.ids, row.points].map(
        (bytes) => Uint8Array.from(bytes).buffer,
      );
      return {
        ...row,
        plane: new Float64Array(plane ?? []),
        ids: new Float64Array(ids ?? []),
        points: new Float32Array(points ?? []),
      };
    },
    put: (model: string, { plane, ids, points, ...map }: StoredMap): void => {
      put.run({ ...map, model, plane: bytesOf(plane), ids: bytesOf(ids), points: bytesOf(points) });
    },
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
