import type { Database } from 'better-sqlite3';
import { z } from 'zod';

/** What the user says about all sounds below a folder; null says nothing. */
export interface FolderTerms {
  /** Path within the source, with forward slashes; '' is the source itself. */
  readonly folder: string;
  readonly licence: string | null;
  readonly author: string | null;
  readonly mayCondition: boolean | null;
}

const rowSchema = z
  .object({
    folder: z.string(),
    licence: z.string().nullable(),
    author: z.string().nullable(),
    may_condition: z.number().nullable(),
  })
  .transform(({ may_condition, ...row }): FolderTerms => ({
    ...row,
    mayCondition: may_condition === null ? null : may_condition !== 0,
  }));

export function createFolderTermQueries(db: Database) {
  const ofSource = db.prepare<[number]>(
    `SELECT folder, licence, author, may_condition FROM folder_terms WHERE source_id = ? ORDER BY folder`,
  );
  const put = db.prepare<[number, string, string | null, string | null, number | null]>(
    'INSERT OR REPLACE INTO folder_terms VALUES (?, ?, ?, ?, ?)',
  );
  const remove = db.prepare<[number, string]>('DELETE FROM folder_terms WHERE source_id = ? AND folder = ?');
  const filesBelow = db
    .prepare<[{ source: number; prefix: string }], number>(
      `SELECT id FROM files WHERE source_id = @source AND substr(path, 1, length(@prefix)) = @prefix ORDER BY id`,
    )
    .pluck();

  return {
    ofSource: (sourceId: number): FolderTerms[] => ofSource.all(sourceId).map((row) => rowSchema.parse(row)),
    put: (sourceId: number, { folder, licence, author, mayCondition }: FolderTerms): void => {
      put.run(sourceId, folder, licence, author, mayCondition === null ? null : Number(mayCondition));
    },
    /** @returns whether there were any */
    remove: (sourceId: number, folder: string): boolean => remove.run(sourceId, folder).changes > 0,
    /** Ids of the files below a folder of a source. */
    filesBelow: (sourceId: number, folder: string): number[] =>
      filesBelow.all({ source: sourceId, prefix: folder === '' ? '' : `${folder}/` }),
  };
}

/** Those rules that hold for a file, the nearest folder first. */
export function termsAbove(rules: readonly FolderTerms[], relativePath: string): FolderTerms[] {
  return rules
    .filter(({ folder }) => folder === '' || relativePath.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length);
}
