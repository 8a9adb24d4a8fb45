import type { Database } from 'better-sqlite3';

/** Tells a state of the catalogue: another text after this connection or another one has written. */
export function createWrittenVersion(db: Database): () => string {
  const written = db.prepare<[], number>('SELECT total_changes()').pluck();
  return () => `${String(db.pragma('data_version', { simple: true }))} ${written.get() ?? 0}`;
}
