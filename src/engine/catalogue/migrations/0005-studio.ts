import type { Migration } from './index.ts';

/**
 * What the app makes: jobs, which outlive a restart, takes, which are kept until they are deleted, and the prompts that
 * were used. A deleted take keeps its row and its file, so that deleting can be undone.
 */
export const studio: Migration = {
  version: 5,
  sql: `
    CREATE TABLE jobs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
      request TEXT NOT NULL,
      seed INTEGER NOT NULL,
      made INTEGER NOT NULL DEFAULT 0,
      problem TEXT,
      added_at INTEGER NOT NULL,
      dismissed INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX jobs_listed ON jobs (id) WHERE dismissed = 0;

    CREATE TABLE takes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      job_id INTEGER REFERENCES jobs (id) ON DELETE SET NULL,
      parent_id INTEGER REFERENCES takes (id) ON DELETE SET NULL,
      descent TEXT CHECK (descent IN ('vary', 'again', 'branch', 'compare')),
      path TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      set_name TEXT,
      sha256 TEXT NOT NULL,
      seconds REAL NOT NULL,
      loudness REAL,
      recipe TEXT NOT NULL,
      clap REAL,
      copy REAL,
      copy_of INTEGER,
      starred INTEGER NOT NULL DEFAULT 0,
      made_at INTEGER NOT NULL,
      deleted_at INTEGER
    );
    CREATE INDEX takes_shown ON takes (made_at DESC, id DESC) WHERE deleted_at IS NULL;
    CREATE INDEX takes_parent ON takes (parent_id) WHERE parent_id IS NOT NULL;
    CREATE INDEX takes_unheard ON takes (id) WHERE clap IS NULL;

    CREATE TABLE prompts (
      text TEXT PRIMARY KEY,
      used INTEGER NOT NULL,
      used_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX prompts_recent ON prompts (used_at DESC);

    CREATE INDEX files_problem ON files (id) WHERE problem IS NOT NULL;
  `,
};
