import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { unpackHalves } from './vectorRows.ts';

const confidence = z.number().min(0).max(1);

const suggestedSchema = z.object({
  /** CatIDs, the surest first. */
  categories: z.array(z.object({ catId: z.string(), confidence })),
  tags: z.array(z.object({ tag: z.string(), confidence })),
});

/** What a sound may be, told from how it sounds. Nobody has said so: it is no CatID and no tag before the user accepts it. */
export type Suggested = z.infer<typeof suggestedSchema>;

const NOTHING_SUGGESTED: Suggested = { categories: [], tags: [] };

/** What suggestions were made from: the model, and how many sounds had which CatID. */
export interface SuggestionRound {
  readonly id: number;
  readonly labels: ReadonlyMap<string, number>;
}

/** A sound that is to have suggestions. */
export interface SuggestibleSound {
  readonly id: number;
  /** Epochs of its embeddings; 0 without a caption. */
  readonly audioEpoch: number;
  readonly textEpoch: number;
  /** Unit vector. */
  readonly audio: Float32Array;
  readonly caption: Float32Array | undefined;
  /** It has no text, and the user has not said that it needs no tags. */
  readonly wantsTags: boolean;
}

const json = z.string().transform((text): unknown => JSON.parse(text));
const suggestedRow = z.object({ categories: json, tags: json }).pipe(suggestedSchema);

interface DueRow {
  readonly id: number;
  readonly audioEpoch: number;
  readonly textEpoch: number;
  readonly audio: Uint8Array;
  readonly caption: Uint8Array | null;
  readonly wantsTags: number;
}

/** Sounds that nobody has put into a category, and of which the user has not said that they belong in none. */
const SUGGESTIBLE = `s.cat_id IS NULL AND s.part <> 'event'
  AND NOT EXISTS (SELECT 1 FROM json_each(s.decided) AS d WHERE d.value = 'catId')`;

const labelsSchema = z.record(z.string(), z.number().int());

export function createSuggestionQueries(db: Database) {
  const labels = db
    .prepare<[], [string, number]>(
      `SELECT cat_id, count(*) FROM sounds WHERE cat_id IS NOT NULL AND part <> 'event' GROUP BY cat_id`,
    )
    .raw();
  const lastRound = db.prepare<[string], { id: number; labels: string }>(
    'SELECT id, labels FROM suggestion_rounds WHERE model = ? ORDER BY id DESC LIMIT 1',
  );
  const addRound = db
    .prepare<[string, string], number>(
      'INSERT INTO suggestion_rounds (model, labels) VALUES (?, ?) RETURNING id',
    )
    .pluck();
  const due = db.prepare<
    [{ source: number; model: string; round: number; after: number; limit: number }],
    DueRow
  >(
    `SELECT s.id, e.epoch AS audioEpoch, ifnull(t.epoch, 0) AS textEpoch, e.vector AS audio, t.vector AS caption,
       s.caption = '' AND NOT EXISTS (SELECT 1 FROM json_each(s.decided) AS d WHERE d.value = 'tags') AS wantsTags
     FROM sounds AS s JOIN files AS f ON f.id = s.file_id
     JOIN embeddings AS e ON e.sound_id = s.id AND e.kind = 'audio' AND e.model = @model
     LEFT JOIN embeddings AS t ON t.sound_id = s.id AND t.kind = 'text' AND t.model = @model
     LEFT JOIN suggestions AS g ON g.sound_id = s.id
     WHERE f.source_id = @source AND f.missing = 0 AND ${SUGGESTIBLE} AND s.id > @after
       AND (g.sound_id IS NULL OR g.round <> @round OR g.audio_epoch <> e.epoch OR g.text_epoch <> ifnull(t.epoch, 0))
     ORDER BY s.id LIMIT @limit`,
  );
  const put = db.prepare(
    `INSERT INTO suggestions (sound_id, round, audio_epoch, text_epoch, categories, tags)
     VALUES (@id, @round, @audioEpoch, @textEpoch, @categories, @tags)
     ON CONFLICT (sound_id) DO UPDATE SET round = excluded.round, audio_epoch = excluded.audio_epoch,
       text_epoch = excluded.text_epoch, categories = excluded.categories, tags = excluded.tags`,
  );
  const remove = db.prepare<[number]>('DELETE FROM suggestions WHERE sound_id = ?');
  const from = `FROM suggestions AS g JOIN suggestion_rounds AS r ON r.id = g.round JOIN sounds AS s ON s.id = g.sound_id
    WHERE r.model = ? AND ${SUGGESTIBLE}`;
  const get = db.prepare<[string, number], { categories: string; tags: string }>(
    `SELECT g.categories, g.tags ${from} AND s.id = ?`,
  );
  const surest = db
    .prepare<[string, number, number], number>(
      `SELECT g.sound_id ${from} AND g.categories ->> '$[0].confidence' >= ?
       ORDER BY g.categories ->> '$[0].confidence' DESC, g.sound_id LIMIT ?`,
    )
    .pluck();
  const labelsOf = db
    .prepare<[string], [number, string]>(
      `SELECT id, cat_id FROM sounds
       WHERE id IN (SELECT value FROM json_each(?)) AND cat_id IS NOT NULL AND part <> 'event'`,
    )
    .raw();
  const vectors = db
    .prepare<[string, string], Uint8Array>(
      'SELECT vectors FROM category_vectors WHERE model = ? AND prompts = ?',
    )
    .pluck();
  const keepVectors = db.prepare<[string, string, Uint8Array]>(
    'INSERT OR REPLACE INTO category_vectors (model, prompts, vectors) VALUES (?, ?, ?)',
  );

  return {
    /** How many sounds have which CatID, from their metadata or the user. */
    labels: (): ReadonlyMap<string, number> => new Map(labels.all()),
    /** The CatIDs of those of the sounds that have one. */
    labelsOf: (ids: readonly number[]): ReadonlyMap<number, string> =>
      new Map(labelsOf.all(JSON.stringify(ids))),
    lastRound(model: string): SuggestionRound | undefined {
      const row = lastRound.get(model);
      if (!row) return undefined;
      return {
        id: row.id,
        labels: new Map(Object.entries(labelsSchema.parse(JSON.parse(row.labels)))),
      };
    },
    addRound: (model: string, now: ReadonlyMap<string, number>): number =>
      Number(addRound.get(model, JSON.stringify(Object.fromEntries(now)))),
    /** The next sounds of a source without suggestions of this round that were made from their present embeddings. */
    due(source: number, model: string, round: number, after: number, limit: number): SuggestibleSound[] {
      return due.all({ source, model, round, after, limit }).map((row) => ({
        ...row,
        audio: vectorOf(row.audio),
        caption: row.caption ? vectorOf(row.caption) : undefined,
        wantsTags: row.wantsTags !== 0,
      }));
    },
    put(
      { id, audioEpoch, textEpoch }: SuggestibleSound,
      round: number,
      { categories, tags }: Suggested,
    ): void {
      const made = { categories: JSON.stringify(categories), tags: JSON.stringify(tags) };
      put.run({ id, round, audioEpoch, textEpoch, ...made });
    },
    remove: (soundId: number): void => {
      remove.run(soundId);
    },
    /** What is suggested for a sound; nothing where somebody has said what it is. */
    get(soundId: number, model: string): Suggested {
      const row = get.get(model, soundId);
      if (!row) return NOTHING_SUGGESTED;
      return suggestedRow.parse(row);
    },
    /** Sounds with a suggestion at least so sure, the surest first. */
    surest: (model: string, atLeast: number, limit?: number): number[] =>
      surest.all(model, atLeast, limit ?? -1),
    /** Embeddings of the UCS categories that were kept, row-major; undefined for other prompts. */
    categoryVectors(model: string, prompts: string): Float32Array | undefined {
      const bytes = vectors.get(model, prompts);
      return bytes && new Float32Array(Uint8Array.from(bytes).buffer);
    },
    keepCategoryVectors: (model: string, prompts: string, rows: Float32Array): void => {
      keepVectors.run(model, prompts, new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
    },
  };
}

function vectorOf(bytes: Uint8Array): Float32Array {
  const vector = new Float32Array(bytes.length / 2);
  unpackHalves(bytes, vector);
  return vector;
}
