import type { Database } from 'better-sqlite3';
import { RefoleyError } from '#core/errors.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import type { Migration } from './migrations/index.ts';

/**
 * Brings a catalogue to the newest schema, all steps in one transaction, without foreign keys, so that a step can put a
 * new table in the place of one that others refer to (https://www.sqlite.org/lang_altertable.html). Under the write lock, so that two
 * processes which open a new catalogue at once run each step once.
 *
 * @throws RefoleyError `unavailable` when a newer Refoley made it: this one must not touch it
 */
export function migrate(db: Database, migrations: readonly Migration[] = allMigrations): void {
  const newest = migrations.at(-1)?.version ?? 0;
  if (schemaVersion(db) === newest) return;
  db.pragma('foreign_keys = OFF');
  db.transaction(() => {
    const version = schemaVersion(db);
    refuseNewer(version, newest, db.name);
    for (const step of migrations.filter((candidate) => candidate.version > version)) {
      db.exec(step.sql);
      step.then?.(db);
      db.pragma(`user_version = ${step.version}`);
    }
  }).immediate();
}

function schemaVersion(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

export function refuseNewer(version: number, newest: number, path: string): void {
  if (version <= newest) return;
  throw new RefoleyError(
    'unavailable',
    `${path} was made by a newer Refoley (schema ${version}, this one knows ${newest}): ` +
      'update Refoley or choose another --data folder',
  );
}
