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
  const create = db
    .prepare<[string, number], number>('INSERT INTO collections (name, added_at) VALUES (?, ?) RETURNING id')
    .pluck();
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

  return {
    /** By name, without regard to capitals, as everywhere here. */
    all: (): Collection[] => all.all(),
    byName: (name: string): Collection | undefined => byName.get(name),
    create: (name: string): number => Number(create.get(name, Date.now())),
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
    /** The collections that a sound is in. */
    namesOf: (soundId: number): string[] => namesOf.all(soundId),
  };
}
