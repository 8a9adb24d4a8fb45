import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { fileStages } from './file.ts';
import type { FileFindings, FileFormat, ListedFile, StoredFile } from './file.ts';

const COLUMNS = `f.id, f.source_id, r.path AS root, f.path, f.bytes, f.mtime_ms, f.stage, f.sha256, f.seconds,
  f.sample_rate, f.channels, f.bits, f.loudness, f.true_peak, f.fields, f.synthetic, f.missing, f.problem`;
const FROM = 'FROM files AS f JOIN sources AS r ON r.id = f.source_id';

const flag = z.number().transform((value) => value !== 0);

const rowSchema = z
  .object({
    id: z.number().int(),
    source_id: z.number().int(),
    root: z.string(),
    path: z.string(),
    bytes: z.number(),
    mtime_ms: z.number(),
    stage: z.enum(fileStages),
    sha256: z.string(),
    seconds: z.number(),
    sample_rate: z.number(),
    channels: z.number(),
    bits: z.number().nullable(),
    loudness: z.number().nullable(),
    true_peak: z.number().nullable(),
    fields: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
    synthetic: flag,
    missing: flag,
    problem: z.string().nullable(),
  })
  .transform(({ root, path, ...row }): StoredFile => ({
    id: row.id,
    sourceId: row.source_id,
    path: join(root, path),
    relativePath: path,
    bytes: row.bytes,
    mtimeMs: row.mtime_ms,
    stage: row.stage,
    sha256: row.sha256,
    seconds: row.seconds,
    sampleRate: row.sample_rate,
    channels: row.channels,
    bits: row.bits,
    loudness: row.loudness,
    truePeak: row.true_peak,
    fields: row.fields,
    synthetic: row.synthetic,
    missing: row.missing,
    problem: row.problem,
  }));

/** What of a file decides whether a scan has anything to do about it. */
export interface FileState {
  readonly id: number;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly missing: number;
}

export interface ReadFacts {
  readonly format: FileFormat;
  readonly fields: Readonly<Record<string, string>>;
  readonly synthetic: boolean;
}

export function createFileQueries(db: Database) {
  const state = db.prepare<[number, string], FileState>(
    'SELECT id, bytes, mtime_ms AS mtimeMs, missing FROM files WHERE source_id = ? AND path = ?',
  );
  const add = db
    .prepare<[number, string, number, number], number>(
      `INSERT INTO files (source_id, path, bytes, mtime_ms, stage) VALUES (?, ?, ?, ?, 'listed') RETURNING id`,
    )
    .pluck();
  const change = db.prepare<[number, number, number]>(
    `UPDATE files SET bytes = ?, mtime_ms = ?, stage = 'listed', missing = 0, problem = NULL WHERE id = ?`,
  );
  const setMissing = db.prepare<[number, number]>('UPDATE files SET missing = ? WHERE id = ?');
  const present = db.prepare<[number], { id: number; path: string }>(
    'SELECT id, path FROM files WHERE source_id = ? AND missing = 0',
  );
  const presentIn = db.prepare<[number, string, string, number], { id: number; path: string }>(
    `SELECT id, path FROM files WHERE source_id = ? AND missing = 0 AND path > ? AND path < ?
       AND instr(substr(path, ?), '/') = 0`,
  );
  const presentBelow = db.prepare<[number, string, string], { id: number; path: string }>(
    'SELECT id, path FROM files WHERE source_id = ? AND missing = 0 AND path > ? AND path < ?',
  );
  const countPresent = db
    .prepare<[number], number>(
      `SELECT count(*) FROM files AS f JOIN sources AS r ON r.id = f.source_id
       WHERE f.source_id = ? AND f.missing = 0 AND r.offline = 0`,
    )
    .pluck();
  const missing = db
    .prepare<[number], number>(
      `SELECT count(*) FROM files AS f JOIN sources AS r ON r.id = f.source_id
       WHERE f.source_id = ? AND (f.missing = 1 OR r.offline = 1)`,
    )
    .pluck();
  const byId = db.prepare<[number]>(`SELECT ${COLUMNS} ${FROM} WHERE f.id = ?`);
  const listed = db.prepare<[number, number, number, number]>(
    `SELECT ${COLUMNS} ${FROM} WHERE f.source_id = ? AND f.id > ? AND f.stage = 'listed' AND f.missing = 0
       AND (? OR f.problem IS NULL) ORDER BY f.id LIMIT ?`,
  );
  const lacking = `f.source_id = @source AND f.missing = 0 AND (f.stage = 'read' OR f.stage = 'analysed' AND EXISTS (
    SELECT 1 FROM sounds AS s WHERE s.file_id = f.id AND NOT EXISTS (
      SELECT 1 FROM embeddings AS e WHERE e.sound_id = s.id AND e.kind = 'audio' AND e.model = @model)))`;
  const unheard = db.prepare<[{ source: number; model: string; after: number; limit: number }]>(
    `SELECT ${COLUMNS} ${FROM} WHERE ${lacking} AND f.id > @after ORDER BY f.id LIMIT @limit`,
  );
  const countUnheard = db.prepare<[{ source: number; model: string }], { files: number; bytes: number }>(
    `SELECT count(*) AS files, ifnull(sum(f.bytes), 0) AS bytes FROM files AS f WHERE ${lacking}`,
  );
  const countListed = db
    .prepare<[number, number], number>(
      `SELECT count(*) FROM files WHERE source_id = ? AND stage = 'listed' AND missing = 0 AND (? OR problem IS NULL)`,
    )
    .pluck();
  const read = db.prepare<[number, number, number, number | null, string, number, number]>(
    `UPDATE files SET stage = 'read', seconds = ?, sample_rate = ?, channels = ?, bits = ?, fields = ?, synthetic = ?,
       problem = NULL WHERE id = ?`,
  );
  const analysed = db.prepare(
    `UPDATE files SET stage = 'analysed', sha256 = @sha256, seconds = @seconds, sample_rate = @sampleRate,
       channels = @channels, bits = @bits, loudness = @loudness, true_peak = @truePeak, problem = NULL WHERE id = @id`,
  );
  const failed = db.prepare<[string, number]>(`UPDATE files SET stage = 'listed', problem = ? WHERE id = ?`);
  const sameSize = db
    .prepare<[number, number], number>('SELECT 1 FROM files WHERE bytes = ? AND id <> ? LIMIT 1')
    .pluck();
  const sameContent = db.prepare<[string, number]>(
    `SELECT ${COLUMNS} ${FROM} WHERE f.sha256 = ? AND f.id <> ? AND f.stage = 'analysed' AND f.problem IS NULL
       AND f.missing = 0 ORDER BY f.id LIMIT 1`,
  );
  const missingWith = db.prepare<[string]>(
    `SELECT ${COLUMNS} ${FROM} WHERE f.sha256 = ? AND f.missing = 1 ORDER BY f.id LIMIT 1`,
  );
  const perhapsMoved = db.prepare<[number]>(
    `SELECT ${COLUMNS} ${FROM} WHERE f.source_id = ? AND f.stage = 'listed' AND f.sha256 = '' AND f.missing = 0
       AND EXISTS (SELECT 1 FROM files AS g INDEXED BY files_missing WHERE g.bytes = f.bytes AND g.missing = 1 AND g.sha256 <> '')`,
  );
  const remove = db.prepare<[number]>('DELETE FROM files WHERE id = ?');
  const move = db.prepare<[number, string, number, number, number]>(
    `UPDATE files SET source_id = ?, path = ?, bytes = ?, mtime_ms = ?, stage = 'listed', missing = 0 WHERE id = ?`,
  );
  const one = (row: unknown): StoredFile | undefined =>
    row === undefined ? undefined : rowSchema.parse(row);

  return {
    byId: (id: number): StoredFile | undefined => one(byId.get(id)),
    /** What is known of the file at a path of a source. */
    state: (sourceId: number, relativePath: string): FileState | undefined =>
      state.get(sourceId, relativePath),
    add: (sourceId: number, { relativePath, bytes, mtimeMs }: ListedFile): number =>
      Number(add.get(sourceId, relativePath, bytes, mtimeMs)),
    /** It has other bytes or another date: it is to be read again. */
    change: (id: number, { bytes, mtimeMs }: ListedFile): void => {
      change.run(bytes, mtimeMs, id);
    },
    setMissing: (id: number, gone: boolean): void => {
      setMissing.run(Number(gone), id);
    },
    /** The files of a source that were there at the last scan. */
    present: (sourceId: number): { readonly id: number; readonly path: string }[] => present.all(sourceId),
    /** Those that lie in a folder of the source themselves. */
    presentIn(sourceId: number, folder: string): { readonly id: number; readonly path: string }[] {
      const [from, to] = rangeBelow(folder);
      // Characters, not UTF-16 code units, are what SQLite counts.
      return presentIn.all(sourceId, from, to, Array.from(from).length + 1);
    },
    /** Those that lie anywhere below a path. */
    presentBelow(sourceId: number, path: string): { readonly id: number; readonly path: string }[] {
      return presentBelow.all(sourceId, ...rangeBelow(path));
    },
    countPresent: (sourceId: number): number => countPresent.get(sourceId) ?? 0,
    countMissing: (sourceId: number): number => missing.get(sourceId) ?? 0,
    /** The next files that are listed and not yet read; with those that failed before, if they are to be tried `again`. */
    listed: (sourceId: number, after: number, limit: number, again: boolean): StoredFile[] =>
      listed.all(sourceId, after, Number(again), limit).map((row) => rowSchema.parse(row)),
    countListed: (sourceId: number, again: boolean): number => countListed.get(sourceId, Number(again)) ?? 0,
    /** The next files that were read and whose sounds `model` has not heard. */
    unheard: (source: number, model: string, after: number, limit: number): StoredFile[] =>
      unheard.all({ source, model, after, limit }).map((row) => rowSchema.parse(row)),
    countUnheard: (source: number, model: string): { readonly files: number; readonly bytes: number } =>
      countUnheard.get({ source, model }) ?? { files: 0, bytes: 0 },
    markRead: (id: number, { format, fields, synthetic }: ReadFacts): void => {
      const { seconds, sampleRate, channels, bits } = format;
      read.run(seconds, sampleRate, channels, bits, JSON.stringify(fields), Number(synthetic), id);
    },
    markAnalysed: (id: number, findings: FileFindings): void => {
      analysed.run({ ...findings, id });
    },
    /** It is tried again at the next scan. */
    markFailed: (id: number, problem: string): void => {
      failed.run(problem, id);
    },
    /** Whether another file has as many bytes: only then can it have the same. */
    hasSameSize: ({ id, bytes }: Pick<StoredFile, 'id' | 'bytes'>): boolean =>
      sameSize.get(bytes, id) !== undefined,
    /** Another file with these bytes that was analysed. */
    sameContent: (sha256: string, exceptId: number): StoredFile | undefined =>
      one(sameContent.get(sha256, exceptId)),
    /** New files as long as one that has gone missing. */
    perhapsMoved: (sourceId: number): StoredFile[] =>
      perhapsMoved.all(sourceId).map((row) => rowSchema.parse(row)),
    /** A file that had these bytes and has gone missing. */
    missingWith: (sha256: string): StoredFile | undefined => one(missingWith.get(sha256)),
    /** A file that was missing is the one found in another place: that row goes, and this one takes its place. */
    moveTo(id: number, found: StoredFile): void {
      remove.run(found.id);
      move.run(found.sourceId, found.relativePath, found.bytes, found.mtimeMs, id);
    },
  };
}

/** Paths below a folder stand between its name with a slash and with the character after it. */
function rangeBelow(folder: string): [from: string, to: string] {
  return folder === '' ? ['', '\u{10FFFF}'] : [`${folder}/`, `${folder}0`];
}
