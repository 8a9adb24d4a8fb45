import type { Database } from 'better-sqlite3';

export type SourceKind = 'folder' | 'starter';

/** A folder of the library. */
export interface Source {
  readonly id: number;
  /** Absolute. */
  readonly path: string;
  /** `starter`: the sounds that ship with the app; its folder moves when the app does. */
  readonly kind: SourceKind;
  /** Captions CSV chosen by the user; null: `captions.csv` in the folder, where there is one. */
  readonly captions: string | null;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
}

/** A source with how many files it has, and how far they are. */
export interface SourceTally extends Pick<Source, 'id' | 'path' | 'kind'> {
  readonly offline: boolean;
  readonly files: number;
  readonly analysed: number;
  /** Files that could not be read, and files that were not there at the last scan. */
  readonly problems: number;
  readonly missing: number;
}

const COLUMNS = 'id, path, kind, captions, added_at AS addedAt';

export function createSourceQueries(db: Database) {
  const all = db.prepare<[], Source>(`SELECT ${COLUMNS} FROM sources ORDER BY id`);
  const byPath = db.prepare<[string], Source>(`SELECT ${COLUMNS} FROM sources WHERE path = ?`);
  const starter = db.prepare<[], Source>(`SELECT ${COLUMNS} FROM sources WHERE kind = 'starter'`);
  const insert = db.prepare<[string, SourceKind, string | null, number], Source>(
    `INSERT INTO sources (path, kind, captions, added_at) VALUES (?, ?, ?, ?) RETURNING ${COLUMNS}`,
  );
  const update = db.prepare<[string, string | null, number], Source>(
    `UPDATE sources SET path = ?, captions = ? WHERE id = ? RETURNING ${COLUMNS}`,
  );
  const setOffline = db.prepare<[number, number]>('UPDATE sources SET offline = ? WHERE id = ?');
  const remove = db.prepare<[number]>('DELETE FROM sources WHERE id = ?');
  const tallies = db.prepare<[], Omit<SourceTally, 'offline'> & { readonly offline: number }>(
    `SELECT r.id, r.path, r.kind, r.offline, count(f.id) AS files,
       count(*) FILTER (WHERE f.stage = 'analysed' AND f.problem IS NULL AND f.missing = 0) AS analysed,
       count(*) FILTER (WHERE f.problem IS NOT NULL AND f.missing = 0) AS problems,
       count(*) FILTER (WHERE f.missing = 1) AS missing
     FROM sources AS r LEFT JOIN files AS f ON f.source_id = r.id GROUP BY r.id ORDER BY r.id`,
  );

  return {
    all: (): Source[] => all.all(),
    tallies: (): SourceTally[] => tallies.all().map((row) => ({ ...row, offline: row.offline !== 0 })),
    byPath: (path: string): Source | undefined => byPath.get(path),
    /** Adds a source, or gives the one that is there (the starter library under whatever path) its new facts. */
    put(path: string, kind: SourceKind, captions: string | null): Source {
      const known = byPath.get(path) ?? (kind === 'starter' ? starter.get() : undefined);
      const row = known
        ? update.get(path, captions ?? known.captions, known.id)
        : insert.get(path, kind, captions, Date.now());
      if (!row) throw new Error(`no row was written for source ${path}`);
      return row;
    },
    /** Its folder cannot be reached (a drive is not plugged in): its sounds stay, and are not used meanwhile. */
    setOffline: (id: number, offline: boolean): void => {
      setOffline.run(Number(offline), id);
    },
    /** Removes a source with its sounds and embeddings; the files stay. */
    remove: (id: number): void => {
      remove.run(id);
    },
  };
}
