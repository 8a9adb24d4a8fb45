import type { Database } from 'better-sqlite3';

/** Sounds that the user put together; a sound may be in many. */
export interface Collection {
  readonly id: number;
  readonly name: string;
  /** How many sounds are in it. */
  readonly sounds: number;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
}

const COLUMNS = `c.id, c.name, c.added_at AS addedAt,
  (SELECT count(*) FROM collection_sounds AS x WHERE x.collection_id = c.id) AS sounds`;

export function createCollectionQueries(db: Database) {
  const all = db.prepare<[], Collection>(`SELECT ${COLUMNS} FROM collections AS c ORDER BY c.name`);
  const byName = db.prepare<[string], Collection>(`SELECT ${COLUMNS} FROM collections AS c WHERE c.name = ?`);
  const byId = db.prepare<[number], Collection>(`SELECT ${COLUMNS} FROM collections AS c WHERE c.id = ?`);
  const create = db
    .prepare<[string, number], number>('INSERT INTO collections (name, added_at) VALUES (?, ?) RETURNING id')
    .pluck();
  const restore = db.prepare<[number, string, number]>(
    'INSERT INTO collections (id, name, added_at) VALUES (?, ?, ?)',
  );
  const add = db.prepare<[number, number]>('INSERT OR IGNORE INTO collection_sounds VALUES (?, ?)');
  const take = db.prepare<[number, number]>(
    'DELETE FROM collection_sounds WHERE collection_id = ? AND sound_id = ?',
  );
  const remove = db.prepare<[number]>('DELETE FROM collections WHERE id = ?');
  const soundsOf = db
    .prepare<[number], number>(
      'SELECT sound_id FROM collection_sounds WHERE collection_id = ? ORDER BY sound_id',
    )
    .pluck();
  const namesOf = db
    .prepare<[number], string>(
      `SELECT c.name FROM collections AS c JOIN collection_sounds AS x ON x.collection_id = c.id
       WHERE x.sound_id = ? ORDER BY c.name`,
    )
    .pluck();

  const membersAmong = db.prepare<[string], { collectionId: number; soundId: number }>(
    `SELECT collection_id AS collectionId, sound_id AS soundId FROM collection_sounds
     WHERE sound_id IN (SELECT value FROM json_each(?)) ORDER BY collection_id, sound_id`,
  );

  return {
    /** By name, without regard to capitals, as everywhere here. */
    all: (): Collection[] => all.all(),
    byName: (name: string): Collection | undefined => byName.get(name),
    byId: (id: number): Collection | undefined => byId.get(id),
    create: (name: string): number => Number(create.get(name, Date.now())),
    /** Puts a collection back that was removed, without its sounds. */
    restore: ({ id, name, addedAt }: Omit<Collection, 'sounds'>): void => {
      restore.run(id, name, addedAt);
    },
    /** @returns those of them that were not in it before */
    add: (id: number, soundIds: readonly number[]): number[] =>
      soundIds.filter((soundId) => add.run(id, soundId).changes > 0),
    /** @returns those of them that were in it */
    take: (id: number, soundIds: readonly number[]): number[] =>
      soundIds.filter((soundId) => take.run(id, soundId).changes > 0),
    /** Removes a collection; its sounds stay in the library. */
    remove: (id: number): void => {
      remove.run(id);
    },
    soundsOf: (id: number): number[] => soundsOf.all(id),
    /** Which of the sounds are in which collections. */
    membersAmong: (soundIds: readonly number[]) => membersAmong.all(JSON.stringify(soundIds)),
    /** The collections that a sound is in. */
    namesOf: (soundId: number): string[] => namesOf.all(soundId),
  };
}
