import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { changeSchema, type History } from '#core/edit/history.ts';
import { sourceRefSchema, type SourceRef } from '#shared/channels/common.ts';

/** A part of a file, known by its bytes. */
const filePartSchema = z.object({
  path: z.string(),
  /** Of the file. */
  sha256: z.string(),
  /** Seconds. */
  start: z.number(),
  /** Null: to the end of the file. */
  end: z.number().nullable(),
});
export type FilePart = z.infer<typeof filePartSchema>;

/** An edit as the catalogue keeps it. */
export interface StoredEdit {
  readonly id: number;
  /** What is edited. */
  readonly of: SourceRef;
  /** What it was when the edit began. */
  readonly source: FilePart;
  readonly history: History;
  /** Other sounds in it, by the names that its operations call them. */
  readonly sounds: Readonly<Record<string, FilePart>>;
}

const json = z.string().transform((text): unknown => JSON.parse(text));
const editRow = z
  .object({
    id: z.number().int(),
    of: sourceRefSchema,
    source: json.pipe(filePartSchema),
    changes: json.pipe(z.array(changeSchema)),
    done: z.number().int(),
    sounds: json.pipe(z.record(z.string(), filePartSchema)),
  })
  .transform(({ changes, done, ...row }): StoredEdit => ({ ...row, history: { changes, done } }));

const COLUMNS = 'id, of, source, changes, done, sounds';

export function createEditQueries(db: Database) {
  const byId = db.prepare<[number]>(`SELECT ${COLUMNS} FROM edits WHERE id = ?`);
  const byRef = db.prepare<[string]>(`SELECT ${COLUMNS} FROM edits WHERE of = ?`);
  const add = db.prepare<[string, string, number]>(
    `INSERT INTO edits (of, source, changes, done, sounds, changed_at) VALUES (?, ?, '[]', 0, '{}', ?) RETURNING ${COLUMNS}`,
  );
  const save = db.prepare<[string, string, number, string, number, number]>(
    'UPDATE edits SET source = ?, changes = ?, done = ?, sounds = ?, changed_at = ? WHERE id = ?',
  );
  const read = (row: unknown): StoredEdit | undefined => (row === undefined ? undefined : editRow.parse(row));

  return {
    byId: (id: number): StoredEdit | undefined => read(byId.get(id)),
    byRef: (of: SourceRef): StoredEdit | undefined => read(byRef.get(of)),
    /** One in which nothing was done yet. */
    add: (of: SourceRef, source: FilePart): StoredEdit =>
      editRow.parse(add.get(of, JSON.stringify(source), Date.now())),
    save({ id, source, history: { changes, done }, sounds }: StoredEdit): void {
      const [from, all, others] = [source, changes, sounds].map((value) => JSON.stringify(value));
      save.run(from!, all!, done, others!, Date.now(), id);
    },
  };
}
