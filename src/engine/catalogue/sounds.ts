import type { Database } from 'better-sqlite3';
import type { SoundDraft, StoredSound } from './sound.ts';
import { allOf, every } from './soundFilter.ts';
import type { SoundCondition } from './soundFilter.ts';
import { FROM_SOUNDS, readSoundRow, soundParameters, SOUND_COLUMNS } from './soundRow.ts';

type Parameters = ReturnType<typeof soundParameters>;

const FIELDS = [
  'file_id',
  'part',
  'start',
  'end',
  'caption',
  'caption_from',
  'cat_id',
  'tags',
  'licence',
  'author',
  'may_condition',
  'decided',
] as const;
const KEY: readonly string[] = ['file_id', 'start', 'end'];

export interface SoundFilter {
  /** Only the sounds of this source. */
  readonly sourceId?: number | undefined;
  readonly condition?: SoundCondition | undefined;
  readonly limit?: number | undefined;
  /** How many are passed over before the first. */
  readonly offset?: number | undefined;
}

export function createSoundQueries(db: Database) {
  const updates = FIELDS.filter((name) => !KEY.includes(name)).map((name) => `${name} = @${name}`);
  const put = db
    .prepare<[Parameters], number>(
      `INSERT INTO sounds (${FIELDS.join(', ')}) VALUES (${FIELDS.map((name) => `@${name}`).join(', ')})
       ON CONFLICT (file_id, start, ifnull(end, -1)) DO UPDATE SET ${updates.join(', ')} RETURNING id`,
    )
    .pluck();
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
  const count = db.prepare<[], number>('SELECT count(*) FROM sounds').pluck();

  return {
    /** Adds a sound, or replaces the one of the same region of the same file. Returns its id. */
    put: (fileId: number, draft: SoundDraft): number => Number(put.get(soundParameters(fileId, draft))),
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
    count: (): number => count.get() ?? 0,
  };
}
