import type { Migration } from './index.ts';

/**
 * What the user says about sounds beyond their words, kept apart from what a scan writes; terms by folder, for libraries that
 * come with one licence; suggestions and the map, which are derived and belong to the model that made them.
 *
 * A round of suggestions is what they were made from: a model, and how many sounds had which CatID. The epochs of a
 * suggestion are those of the embeddings it was made from, 0 without a caption. A map is brought up to date on its plane;
 * the plane has an epoch of its own.
 */
export const decisions: Migration = {
  version: 3,
  sql: `
    ALTER TABLE sounds ADD COLUMN rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5);
    ALTER TABLE sounds ADD COLUMN favourite INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX sounds_category ON sounds (cat_id) WHERE cat_id IS NOT NULL;

    CREATE TABLE collections (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE COLLATE NOCASE,
      added_at INTEGER NOT NULL
    );
    CREATE TABLE collection_sounds (
      collection_id INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
      sound_id INTEGER NOT NULL REFERENCES sounds (id) ON DELETE CASCADE,
      PRIMARY KEY (collection_id, sound_id)
    ) WITHOUT ROWID;
    CREATE INDEX collections_of_sound ON collection_sounds (sound_id);

    CREATE TABLE saved_searches (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE COLLATE NOCASE,
      text TEXT NOT NULL,
      mode TEXT NOT NULL CHECK (mode IN ('meaning', 'words', 'both')),
      added_at INTEGER NOT NULL
    );

    CREATE TABLE folder_terms (
      source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
      folder TEXT NOT NULL,
      licence TEXT,
      author TEXT,
      may_condition INTEGER,
      PRIMARY KEY (source_id, folder)
    ) WITHOUT ROWID;

    CREATE TABLE category_vectors (
      model TEXT PRIMARY KEY,
      prompts TEXT NOT NULL,
      vectors BLOB NOT NULL
    );
    CREATE TABLE suggestion_rounds (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      model TEXT NOT NULL,
      labels TEXT NOT NULL
    );
    CREATE TABLE suggestions (
      sound_id INTEGER PRIMARY KEY REFERENCES sounds (id) ON DELETE CASCADE,
      round INTEGER NOT NULL REFERENCES suggestion_rounds (id),
      audio_epoch INTEGER NOT NULL,
      text_epoch INTEGER NOT NULL,
      categories TEXT NOT NULL,
      tags TEXT NOT NULL
    );

    CREATE TABLE maps (
      model TEXT PRIMARY KEY,
      epoch INTEGER NOT NULL,
      plane_epoch INTEGER NOT NULL,
      plane_sounds INTEGER NOT NULL,
      plane BLOB NOT NULL,
      ids BLOB NOT NULL,
      points BLOB NOT NULL
    );
  `,
};
