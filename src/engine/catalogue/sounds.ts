import type { Database } from 'better-sqlite3';
import type { SoundDraft, SoundPart, StoredSound } from './sound.ts';
import { allOf, every } from './soundFilter.ts';
import type { SoundCondition } from './soundFilter.ts';
import { FROM_SOUNDS, readSoundRow, SOUND_COLUMNS, SOUND_FIELDS, soundParameters } from './soundRow.ts';
import type { SoundParameters } from './soundRow.ts';
import { SNAPSHOT_COLUMNS, soundSnapshotSchema } from './soundSnapshot.ts';
import type { SoundSnapshot } from './soundSnapshot.ts';

const KEY: readonly string[] = ['file_id', 'start', 'end'];
/** What somebody marked stays where a scan finds an event at the same place, and what the user marked above all. */
const PLACES: readonly SoundPart[] = ['event', 'marker', 'region', 'file'];

export interface SoundFilter {
  /** Only the sounds of this source. */
  readonly sourceId?: number | undefined;
  readonly condition?: SoundCondition | undefined;
  readonly limit?: number | undefined;
  /** How many are passed over before the first. */
  readonly offset?: number | undefined;
}

/** What only the user says about a sound. */
export interface Marks {
  /** 0 (none given) to 5. */
  readonly rating: number;
  readonly favourite: boolean;
}

export function createSoundQueries(db: Database) {
  const updates = SOUND_FIELDS.filter((name) => !KEY.includes(name)).map((name) => `${name} = @${name}`);
  const put = db
    .prepare<[SoundParameters], number>(
      `INSERT INTO sounds (${SOUND_FIELDS.join(', ')}) VALUES (${SOUND_FIELDS.map((name) => `@${name}`).join(', ')})
       ON CONFLICT (file_id, start, ifnull(end, -1)) DO UPDATE SET ${updates.join(', ')} RETURNING id`,
    )
    .pluck();
  const at = db.prepare<[number, number, number | null], { id: number; part: SoundPart }>(
    'SELECT id, part FROM sounds WHERE file_id = ? AND start = ? AND ifnull(end, -1) = ifnull(?, -1)',
  );
  const byId = db.prepare<[number]>(`SELECT ${SOUND_COLUMNS} ${FROM_SOUNDS} WHERE s.id = ?`);
  const byIds = db.prepare<[string]>(
    `SELECT ${SOUND_COLUMNS} ${FROM_SOUNDS} WHERE s.id IN (SELECT value FROM json_each(?)) ORDER BY s.id`,
  );
  const byFile = db.prepare<[number]>(
    `SELECT ${SOUND_COLUMNS} ${FROM_SOUNDS} WHERE s.file_id = ? ORDER BY s.id`,
  );
  const bySha256 = db.prepare<[string]>(
    `SELECT ${SOUND_COLUMNS} ${FROM_SOUNDS} WHERE f.sha256 = ? ORDER BY s.id`,
  );
  const removeEvents = db.prepare<[number]>(`DELETE FROM sounds WHERE file_id = ? AND part = 'event'`);
  const remove = db.prepare<[number]>('DELETE FROM sounds WHERE id = ?');
  const move = db.prepare<[number, number | null, number]>(
    'UPDATE sounds SET start = ?, end = ? WHERE id = ?',
  );
  const relabel = db.prepare<[string, number]>('UPDATE sounds SET label = ? WHERE id = ?');
  const claim = db.prepare<[number, SoundPart]>(
    `UPDATE sounds SET part = 'region' WHERE id = ? AND part = ?`,
  );
  const mark = db.prepare<[number, number, number]>(
    'UPDATE sounds SET rating = ?, favourite = ? WHERE id = ?',
  );
  const snapshot = db.prepare<[string]>(
    `SELECT id, ${SNAPSHOT_COLUMNS.join(', ')} FROM sounds WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
  );
  const restore = db.prepare<[SoundSnapshot]>(
    `UPDATE sounds SET ${SNAPSHOT_COLUMNS.map((name) => `${name} = @${name}`).join(', ')} WHERE id = @id`,
  );
  const insert = db.prepare<[SoundSnapshot]>(
    `INSERT INTO sounds (id, ${SNAPSHOT_COLUMNS.join(', ')})
     VALUES (@id, ${SNAPSHOT_COLUMNS.map((name) => `@${name}`).join(', ')})`,
  );
  const count = db.prepare<[], number>('SELECT count(*) FROM sounds').pluck();

  return {
    /**
     * Adds a sound, or replaces the one of the same stretch of the same file, unless that was marked by more than a scan.
     * Returns its id.
     */
    put(fileId: number, draft: SoundDraft): number {
      const known = draft.part === 'file' ? undefined : at.get(fileId, draft.start, draft.end);
      if (known && PLACES.indexOf(known.part) > PLACES.indexOf(draft.part)) return known.id;
      return Number(put.get(soundParameters(fileId, draft)));
    },
    /** The sound of exactly this stretch of a file. */
    at: (fileId: number, { start, end }: Pick<SoundDraft, 'start' | 'end'>) => at.get(fileId, start, end),
    byId(id: number): StoredSound | undefined {
      const row = byId.get(id);
      return row === undefined ? undefined : readSoundRow(row);
    },
    /** Those of the ids that exist, by ascending id. */
    byIds: (ids: readonly number[]): StoredSound[] => byIds.all(JSON.stringify(ids)).map(readSoundRow),
    byFile: (fileId: number): StoredSound[] => byFile.all(fileId).map(readSoundRow),
    /** The sounds of files with these bytes. */
    bySha256: (sha256: string): StoredSound[] => bySha256.all(sha256).map(readSoundRow),
    list({ sourceId, condition, limit = -1, offset = 0 }: SoundFilter = {}): StoredSound[] {
      const source = sourceId === undefined ? [] : [{ sql: 'f.source_id = ?', values: [sourceId] }];
      const { sql, values } = allOf(every, ...source, ...(condition ? [condition] : []));
      const list = db.prepare(
        `SELECT ${SOUND_COLUMNS} ${FROM_SOUNDS} WHERE ${sql} ORDER BY s.id LIMIT ? OFFSET ?`,
      );
      return list.all(...values, limit, offset).map(readSoundRow);
    },
    /** Takes out what an earlier analysis found in a file. */
    removeEvents: (fileId: number): void => {
      removeEvents.run(fileId);
    },
    remove: (id: number): void => {
      remove.run(id);
    },
    /** The same marker in another place of its file, in seconds. */
    move: (id: number, start: number, end: number | null): void => {
      move.run(start, end, id);
    },
    /** What a marker is called in its file now; the words follow when the sound is put. */
    relabel: (id: number, label: string): void => {
      relabel.run(label, id);
    },
    /** What a scan found becomes the user's own, so that no scan takes it out; another part is left as it is. */
    claim: (id: number, found: 'event' | 'marker'): void => {
      claim.run(id, found);
    },
    mark: (id: number, { rating, favourite }: Marks): void => {
      mark.run(rating, Number(favourite), id);
    },
    /** Rows as they stand, by ascending id. */
    snapshot: (ids: readonly number[]): SoundSnapshot[] =>
      snapshot.all(JSON.stringify(ids)).map((row) => soundSnapshotSchema.parse(row)),
    /** Puts a row that is still there back as it was. */
    restore: (row: SoundSnapshot): void => {
      restore.run(row);
    },
    /** Puts a row back that was taken out, under its id. */
    insert: (row: SoundSnapshot): void => {
      insert.run(row);
    },
    count: (): number => count.get() ?? 0,
  };
}
