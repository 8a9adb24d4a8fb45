import type { Database } from 'better-sqlite3';
import { library } from './0001-library.ts';
import { files } from './0002-files.ts';
import { decisions } from './0003-decisions.ts';
import { filterIndexes } from './0004-filter-indexes.ts';
import { studio } from './0005-studio.ts';
import { edits } from './0006-edits.ts';
import { heardWith } from './0007-heard-with.ts';

/** One step of the schema. Steps only go forward; a released one is never edited. */
export interface Migration {
  /** `PRAGMA user_version` once the step is done: its place in {@link migrations}, from 1. */
  readonly version: number;
  readonly sql: string;
  /** What SQL cannot say, after it, in the same transaction. */
  readonly then?: (db: Database) => void;
}

export const migrations: readonly Migration[] = [
  library,
  files,
  decisions,
  filterIndexes,
  studio,
  edits,
  heardWith,
];
