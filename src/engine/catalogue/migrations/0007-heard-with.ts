import type { Migration } from './index.ts';

/** Which model a take was listened to with; those of before do not say, and are taken as they are. */
export const heardWith: Migration = {
  version: 7,
  sql: 'ALTER TABLE takes ADD COLUMN heard_with TEXT;',
};
