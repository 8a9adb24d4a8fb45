import type { Database } from 'better-sqlite3';
import type { SoundDraft, StoredSound } from './sound.ts';
import { readSoundRow, soundParameters, SOUND_COLUMNS } from './soundRow.ts';

type Parameters = ReturnType<typeof soundParameters>;

const FROM = 'FROM sounds AS s JOIN sources AS r ON r.id = s.source_id';
const FIELDS = `source_id, path, start, end, caption, caption_from, cat_id, tags, seconds, sample_rate, channels,
  bits, bytes, mtime_ms, sha256, licence, author, may_condition, synthetic, problem`;
const KEY = ['source_id', 'path', 'start', 'end'];

export interface SoundFilter {
  /** Only the sounds of this source. */
  readonly sourceId?: number;
  readonly limit?: number;
}

export function createSoundQueries(db: Database) {
  const names = FIELDS.split(',').map((name) => name.trim());
  const updates = names.filter((name) => !KEY.includes(name)).map((name) => `${name} = @${name}`);
  const put = db
    .prepare<[Parameters], number>(
      `INSERT INTO sounds (${FIELDS}) VALUES (${names.map((name) => `@${name}`).join(', ')})
       ON CONFLICT (source_id, path, start, ifnull(end, -1)) DO UPDATE SET ${updates.join(', ')}, missing = 0
       RETURNING id`,
    )
    .pluck();
  const byId = db.prepare<[number]>(`SELECT ${SOUND_COLUMNS} ${FROM} WHERE s.id = ?`);
  const byIds = db.prepare<[string]>(
    `SELECT ${SOUND_COLUMNS} ${FROM} WHERE s.id IN (SELECT value FROM json_each(?)) ORDER BY s.id`,
  );
  const bySource = db.prepare<[number]>(
    `SELECT ${SOUND_COLUMNS} ${FROM} WHERE s.source_id = ? ORDER BY s.path, s.start`,
  );
  const bySha256 = db.prepare<[string]>(`SELECT ${SOUND_COLUMNS} ${FROM} WHERE s.sha256 = ? ORDER BY s.id`);
  const list = db.prepare<[number | null, number | null, number]>(
    `SELECT ${SOUND_COLUMNS} ${FROM} WHERE ? IS NULL OR s.source_id = ? ORDER BY s.id LIMIT ?`,
  );
  const touch = db.prepare<[number, number, number]>(
    'UPDATE sounds SET bytes = ?, mtime_ms = ?, missing = 0 WHERE id = ?',
  );
  const setMissing = db.prepare<[number, number]>('UPDATE sounds SET missing = ? WHERE id = ?');
  const count = db.prepare<[], number>('SELECT count(*) FROM sounds').pluck();

  return {
    /** Adds a sound, or replaces the one of the same region of the same file. Returns its id. */
    put: (draft: SoundDraft): number => Number(put.get(soundParameters(draft))),
    byId(id: number): StoredSound | undefined {
      const row = byId.get(id);
      return row === undefined ? undefined : readSoundRow(row);
    },
    /** Those of the ids that exist, by ascending id. */
    byIds: (ids: readonly number[]): StoredSound[] => byIds.all(JSON.stringify(ids)).map(readSoundRow),
    bySource: (sourceId: number): StoredSound[] => bySource.all(sourceId).map(readSoundRow),
    /** The sounds of files with these bytes. */
    bySha256: (sha256: string): StoredSound[] => bySha256.all(sha256).map(readSoundRow),
    list(filter: SoundFilter = {}): StoredSound[] {
      const source = filter.sourceId ?? null;
      return list.all(source, source, filter.limit ?? -1).map(readSoundRow);
    },
    /** The same bytes with a new date, or back after it was missing. */
    touch: (id: number, bytes: number, mtimeMs: number): void => {
      touch.run(bytes, mtimeMs, id);
    },
    setMissing: (id: number, missing: boolean): void => {
      setMissing.run(Number(missing), id);
    },
    count: (): number => count.get() ?? 0,
  };
}
