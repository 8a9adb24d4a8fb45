import { library } from './0001-library.ts';

/** One step of the schema. Steps only go forward; a released one is never edited. */
export interface Migration {
  /** `PRAGMA user_version` once the step is done: its place in {@link migrations}, from 1. */
  readonly version: number;
  readonly sql: string;
}

export const migrations: readonly Migration[] = [library];
