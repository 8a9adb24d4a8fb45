import type { Migration } from './index.ts';

/** Edits of sounds and takes: everything that was done to each, undone changes included. */
export const edits: Migration = {
  version: 6,
  sql: `
    CREATE TABLE edits (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      of TEXT NOT NULL UNIQUE,
      source TEXT NOT NULL,
      changes TEXT NOT NULL,
      done INTEGER NOT NULL,
      sounds TEXT NOT NULL,
      changed_at INTEGER NOT NULL
    );
  `,
};
