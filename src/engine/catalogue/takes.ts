import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { recipeSchema, type Recipe } from '#core/pipeline/recipe.ts';
import { descents } from '#shared/take.ts';

/** A finished take as the catalogue keeps it. */
export interface StoredTake {
  readonly id: number;
  readonly jobId: number | null;
  readonly parentId: number | null;
  readonly descent: (typeof descents)[number] | null;
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  readonly set: string | null;
  /** Of the file. */
  readonly sha256: string;
  readonly seconds: number;
  /** Integrated, LUFS; null for silence. */
  readonly loudness: number | null;
  readonly recipe: Recipe;
  /** Cosine with its prompt; null until it was listened to. */
  readonly clap: number | null;
  /** Cosine with the neighbour it is nearest to, and that neighbour's sound. */
  readonly copy: number | null;
  readonly copyOf: number | null;
  /** The model that listened; null also where that was not kept. */
  readonly heardWith: string | null;
  readonly starred: boolean;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

export interface TakeFilter {
  readonly starred?: boolean | undefined;
  /** Part of the name or the prompt. */
  readonly text?: string | undefined;
  readonly set?: string | undefined;
  /** Those that these jobs have made. */
  readonly jobs?: readonly number[] | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

interface Matching {
  readonly starred: number;
  readonly text: string;
  readonly set: string | null;
  readonly jobs: string | null;
}

function bound({ starred = false, text = '', set, jobs }: TakeFilter): Matching {
  return { starred: Number(starred), text, set: set ?? null, jobs: jobs ? JSON.stringify(jobs) : null };
}

export type NewTake = Omit<StoredTake, 'id' | 'clap' | 'copy' | 'copyOf' | 'heardWith' | 'starred'>;

const json = z.string().transform((text): unknown => JSON.parse(text));
const takeRow = z.object({
  id: z.number().int(),
  jobId: z.number().int().nullable(),
  parentId: z.number().int().nullable(),
  descent: z.enum(descents).nullable(),
  path: z.string(),
  name: z.string(),
  set: z.string().nullable(),
  sha256: z.string(),
  seconds: z.number(),
  loudness: z.number().nullable(),
  recipe: json.pipe(recipeSchema),
  clap: z.number().nullable(),
  copy: z.number().nullable(),
  copyOf: z.number().int().nullable(),
  heardWith: z.string().nullable(),
  starred: z.number().transform((flag) => flag !== 0),
  madeAt: z.number(),
});

const COLUMNS = `t.id, t.job_id AS jobId, t.parent_id AS parentId, t.descent, t.path, t.name, t.set_name AS "set", t.sha256,
  t.seconds, t.loudness, t.recipe, t.clap, t.copy, t.copy_of AS copyOf,
  t.heard_with AS heardWith, t.starred, t.made_at AS madeAt`;
const SHOWN = 't.deleted_at IS NULL';

export function createTakeQueries(db: Database) {
  const add = db
    .prepare<[NewTake & { readonly recipeJson: string }], number>(
      `INSERT INTO takes (job_id, parent_id, descent, path, name, set_name, sha256, seconds, loudness, recipe, made_at)
       VALUES (@jobId, @parentId, @descent, @path, @name, @set, @sha256, @seconds, @loudness, @recipeJson, @madeAt)
       RETURNING id`,
    )
    .pluck();
  const byIds = db.prepare<[string]>(
    `SELECT ${COLUMNS} FROM takes AS t WHERE t.id IN (SELECT value FROM json_each(?)) ORDER BY t.id`,
  );
  const matching = `FROM takes AS t WHERE ${SHOWN} AND (@starred = 0 OR t.starred = 1)
    AND (@text = '' OR instr(lower(t.name || ' ' || (t.recipe ->> '$.prompt')), lower(@text)) > 0)
    AND (@set IS NULL OR t.set_name = @set)
    AND (@jobs IS NULL OR t.job_id IN (SELECT value FROM json_each(@jobs)))`;
  const list = db.prepare<[Matching & { limit: number; offset: number }]>(
    `SELECT ${COLUMNS} ${matching} ORDER BY t.made_at DESC, t.id DESC LIMIT @limit OFFSET @offset`,
  );
  const countMatching = db.prepare<[Matching], number>(`SELECT count(*) ${matching}`).pluck();
  const unheard = db.prepare<[string]>(
    `SELECT ${COLUMNS} FROM takes AS t WHERE (t.clap IS NULL OR t.heard_with <> ?) AND ${SHOWN} ORDER BY t.id`,
  );
  const heard = db.prepare<[number, number | null, number | null, string, number]>(
    'UPDATE takes SET clap = ?, copy = ?, copy_of = ?, heard_with = ? WHERE id = ?',
  );
  const rename = db.prepare<[string, number]>('UPDATE takes SET name = ? WHERE id = ?');
  const star = db.prepare<[number, number]>('UPDATE takes SET starred = ? WHERE id = ?');
  const setDeleted = db.prepare<[number | null, string]>(
    'UPDATE takes SET deleted_at = ? WHERE id IN (SELECT value FROM json_each(?))',
  );
  const paths = db.prepare<[], string>('SELECT path FROM takes').pluck();
  // Up to the first ancestor, then down to all that came of it.
  const family = db.prepare<[number]>(
    `WITH RECURSIVE up (id, parent_id, depth) AS (
       SELECT id, parent_id, 0 FROM takes WHERE id = ?
       UNION SELECT t.id, t.parent_id, depth + 1 FROM takes AS t JOIN up ON t.id = up.parent_id
     ), down (id) AS (
       SELECT id FROM (SELECT id FROM up ORDER BY depth DESC LIMIT 1)
       UNION SELECT t.id FROM takes AS t JOIN down ON t.parent_id = down.id
     )
     SELECT ${COLUMNS} FROM takes AS t WHERE t.id IN (SELECT id FROM down) AND ${SHOWN} ORDER BY t.made_at, t.id`,
  );
  const read = (rows: readonly unknown[]): StoredTake[] => rows.map((row) => takeRow.parse(row));

  return {
    /** Returns the id. */
    add: (take: NewTake): number => Number(add.get({ ...take, recipeJson: JSON.stringify(take.recipe) })),
    byId: (id: number): StoredTake | undefined => read(byIds.all(JSON.stringify([id])))[0],
    /** Those that exist, deleted ones included, by ascending id. */
    byIds: (ids: readonly number[]): StoredTake[] => read(byIds.all(JSON.stringify(ids))),
    /** The newest first. */
    list: ({ limit = -1, offset = 0, ...filter }: TakeFilter): StoredTake[] =>
      read(list.all({ ...bound(filter), limit, offset })),
    count: (filter: TakeFilter = {}): number => countMatching.get(bound(filter)) ?? 0,
    /** Those that `model` has not listened to. */
    unheard: (model: string): StoredTake[] => read(unheard.all(model)),
    heard: (
      id: number,
      model: string,
      clap: number,
      copy: { similarity: number; neighbour: number } | null,
    ): void => {
      heard.run(clap, copy?.similarity ?? null, copy?.neighbour ?? null, model, id);
    },
    rename: (id: number, name: string): void => {
      rename.run(name, id);
    },
    star: (id: number, starred: boolean): void => {
      star.run(Number(starred), id);
    },
    /** @param at milliseconds since 1970; null brings them back */
    setDeleted: (ids: readonly number[], at: number | null): void => {
      setDeleted.run(at, JSON.stringify(ids));
    },
    /** Of all takes, deleted ones included. */
    paths: (): string[] => paths.all(),
    /** What a take came from and what came of it, the oldest first. */
    family: (id: number): StoredTake[] => read(family.all(id)),
  };
}
