import type { Database } from 'better-sqlite3';
import type { SoundCondition } from './soundFilter.ts';
import { unpackHalves } from './vectorRows.ts';

export type EmbeddingKind = 'text' | 'audio';

/**
 * Which vectors make an index: captions of captioned sounds, audio of the sounds without a caption (the two paths
 * of retrieval), or the audio of all (for `similar`).
 */
export type EmbeddingSet = 'captions' | 'uncaptioned' | 'audio';

/** Sounds with one vector each. */
export interface SoundVectors {
  readonly ids: readonly number[];
  readonly vectors: readonly Float32Array[];
}

export interface StoredVector {
  readonly soundId: number;
  /** Unit length. */
  readonly vector: Float32Array;
}

/** Vectors a read: half a megabyte. */
const BATCH = 500;

const WHERE: Record<EmbeddingSet, string> = {
  captions: "e.kind = 'text'",
  audio: "e.kind = 'audio'",
  uncaptioned: `e.kind = 'audio' AND NOT EXISTS (
    SELECT 1 FROM embeddings AS t WHERE t.sound_id = e.sound_id AND t.model = e.model AND t.kind = 'text')`,
};

export function createEmbeddingQueries(db: Database) {
  const put = db.prepare<[number, EmbeddingKind, string, number, Uint8Array]>(
    `INSERT INTO embeddings (sound_id, kind, model, epoch, vector) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (sound_id, kind, model) DO UPDATE SET epoch = excluded.epoch, vector = excluded.vector`,
  );
  const remove = db.prepare<[number, EmbeddingKind]>(
    'DELETE FROM embeddings WHERE sound_id = ? AND kind = ?',
  );
  const get = db
    .prepare<[number, EmbeddingKind, string], Uint8Array>(
      'SELECT vector FROM embeddings WHERE sound_id = ? AND kind = ? AND model = ?',
    )
    .pluck();
  const kinds = db
    .prepare<[number, string], EmbeddingKind>('SELECT kind FROM embeddings WHERE sound_id = ? AND model = ?')
    .pluck();
  const captionsWithout = db.prepare<[number, string, number, number], { id: number; caption: string }>(
    `SELECT s.id, s.caption FROM sounds AS s JOIN files AS f ON f.id = s.file_id
     WHERE f.source_id = ? AND f.stage <> 'listed' AND f.missing = 0 AND s.own_words AND s.caption <> ''
       AND NOT EXISTS (SELECT 1 FROM embeddings AS e WHERE e.sound_id = s.id AND e.kind = 'text' AND e.model = ?)
       AND s.id > ? ORDER BY s.id LIMIT ?`,
  );
  const touch = db.prepare<[number]>(
    `UPDATE embeddings SET epoch = (SELECT epoch FROM meta) WHERE sound_id = ? AND kind = 'audio'`,
  );
  const sets = {
    captions: setQueries(db, 'captions'),
    uncaptioned: setQueries(db, 'uncaptioned'),
    audio: setQueries(db, 'audio'),
  };

  return {
    /** @param vector unit length */
    put: (soundId: number, kind: EmbeddingKind, model: string, epoch: number, vector: Float32Array): void => {
      put.run(soundId, kind, model, epoch, toBytes(vector));
    },
    /** Removes the sound's vectors of that kind, of every model: what they were made from has changed. */
    remove: (soundId: number, kind: EmbeddingKind): void => {
      remove.run(soundId, kind);
      // Without a caption it is found by its audio: an index of those has to take it in.
      if (kind === 'text') touch.run(soundId);
    },
    get(soundId: number, kind: EmbeddingKind, model: string): Float32Array | undefined {
      const bytes = get.get(soundId, kind, model);
      return bytes && fromBytes(bytes);
    },
    /** The kinds of embedding that a sound has under `model`. */
    kindsOf: (soundId: number, model: string): ReadonlySet<EmbeddingKind> =>
      new Set(kinds.all(soundId, model)),
    /** The next sounds of a source with a caption that `model` has not embedded. */
    captionsWithout: (sourceId: number, model: string, after: number, limit: number) =>
      captionsWithout.all(sourceId, model, after, limit),
    /** How many sounds a set has. */
    count: (set: EmbeddingSet, model: string): number => sets[set].count.get(model) ?? 0,
    /** Those of the ids that are members of a set, with their vectors, in the order of the ids: 10 us each. */
    *among(set: EmbeddingSet, model: string, ids: readonly number[]): Generator<StoredVector, void> {
      for (let from = 0; from < ids.length; from += BATCH) {
        const batch = JSON.stringify(ids.slice(from, from + BATCH));
        for (const { id, vector } of sets[set].among.all(batch, kindOf(set), model))
          yield { soundId: id, vector: fromBytes(vector) };
      }
    },
    /** The next members of a set by ascending id. */
    next: (set: EmbeddingSet, model: string, after: number, limit: number): SoundVectors =>
      soundVectors(sets[set].next.all(model, after, limit)),
    /** The members of a set that were written after an epoch, by ascending id. */
    changedSince: (set: EmbeddingSet, model: string, epoch: number): number[] =>
      sets[set].changed.all(model, epoch),
  };
}

interface VectorRow {
  readonly id: number;
  readonly vector: Uint8Array;
}

function setQueries(db: Database, set: EmbeddingSet) {
  const from = `FROM embeddings AS e WHERE ${WHERE[set]} AND e.model = ?`;
  return {
    count: db.prepare<[string], number>(`SELECT count(*) ${from}`).pluck(),
    among: db.prepare<[string, EmbeddingKind, string], VectorRow>(
      `SELECT e.sound_id AS id, e.vector FROM json_each(?) AS asked CROSS JOIN embeddings AS e
         ON e.sound_id = asked.value AND e.kind = ? AND e.model = ? WHERE ${WHERE[set]} ORDER BY asked.key`,
    ),
    next: db.prepare<[string, number, number], VectorRow>(
      `SELECT e.sound_id AS id, e.vector ${from} AND e.sound_id > ? ORDER BY e.sound_id LIMIT ?`,
    ),
    changed: db
      .prepare<[string, number], number>(`SELECT e.sound_id ${from} AND e.epoch > ? ORDER BY e.sound_id`)
      .pluck(),
  };
}

function soundVectors(rows: readonly VectorRow[]): SoundVectors {
  return { ids: rows.map(({ id }) => id), vectors: rows.map(({ vector }) => fromBytes(vector)) };
}

/** Only the sounds of a set. */
export function memberOf(set: EmbeddingSet, model: string): SoundCondition {
  const member = `SELECT 1 FROM embeddings AS e WHERE e.sound_id = s.id AND e.model = ? AND ${WHERE[set]}`;
  return { sql: `EXISTS (${member})`, values: [model] };
}

function kindOf(set: EmbeddingSet): EmbeddingKind {
  return set === 'captions' ? 'text' : 'audio';
}

/** IEEE 754 binary16, little-endian: the order of every machine that onnxruntime, FAISS and SQLite are built for. */
function toBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(Float16Array.from(vector).buffer);
}

function fromBytes(bytes: Uint8Array): Float32Array {
  const vector = new Float32Array(bytes.length / Float16Array.BYTES_PER_ELEMENT);
  unpackHalves(bytes, vector);
  return vector;
}
