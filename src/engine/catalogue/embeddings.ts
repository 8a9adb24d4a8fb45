import type { Database } from 'better-sqlite3';

export type EmbeddingKind = 'text' | 'audio';

/**
 * Which vectors make an index: captions of captioned sounds, audio of the sounds without a caption (the two paths
 * of retrieval), or the audio of all (for `similar`).
 */
export type EmbeddingSet = 'captions' | 'uncaptioned' | 'audio';

export interface SetEntry {
  readonly soundId: number;
  /** The catalogue's epoch when the vector was written. */
  readonly epoch: number;
}

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
  const entries = (set: EmbeddingSet) =>
    db.prepare<[string], SetEntry>(
      `SELECT e.sound_id AS soundId, e.epoch FROM embeddings AS e WHERE ${WHERE[set]} AND e.model = ?
       ORDER BY e.sound_id`,
    );
  const sets = {
    captions: entries('captions'),
    uncaptioned: entries('uncaptioned'),
    audio: entries('audio'),
  };

  return {
    /** @param vector unit length */
    put: (soundId: number, kind: EmbeddingKind, model: string, epoch: number, vector: Float32Array): void => {
      put.run(soundId, kind, model, epoch, toBytes(vector));
    },
    /** Removes the sound's vectors of that kind, of every model: what they were made from has changed. */
    remove: (soundId: number, kind: EmbeddingKind): void => {
      remove.run(soundId, kind);
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
    /** The members of a set by ascending sound id, without their vectors. */
    entries: (set: EmbeddingSet, model: string): SetEntry[] => sets[set].all(model),
  };
}

export function kindOf(set: EmbeddingSet): EmbeddingKind {
  return set === 'captions' ? 'text' : 'audio';
}

/** IEEE 754 binary16, little-endian: the order of every machine that onnxruntime, FAISS and SQLite are built for. */
function toBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(Float16Array.from(vector).buffer);
}

/** Of unit length again: rounding had changed that by some 1e-5, which a ranking would tell apart. */
function fromBytes(bytes: Uint8Array): Float32Array {
  const vector = Float32Array.from(new Float16Array(Uint8Array.from(bytes).buffer));
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
