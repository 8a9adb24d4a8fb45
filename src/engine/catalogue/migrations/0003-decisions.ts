import type { Migration } from './index.ts';

/**
 * What the user says about sounds beyond their words, kept apart from what a scan writes; terms by folder, for libraries that
 * come with one licence; suggestions and the map, which are derived and belong to the model that made them.
 *
 * Three layers of a sound's facts can be told apart from now on: `decided` names what the user edited in Refoley, `imported` keeps
 * what a captions file says, the rest is derived from the file and its folder. `label` is what a marker is called in its
 * file, where that says something. `own_words` is 0 for a part that goes by its file's words: it is not found by them again.
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
    ALTER TABLE sounds ADD COLUMN label TEXT NOT NULL DEFAULT '';
    ALTER TABLE sounds ADD COLUMN imported TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE sounds ADD COLUMN own_words INTEGER NOT NULL DEFAULT 1;
    UPDATE sounds SET own_words = part <> 'event';
    UPDATE sounds SET decided = '[]', imported = json_patch('{}', json_object(
        'caption', iif(caption_from = 'user', caption, NULL),
        'catId', iif(decided LIKE '%"catId"%', cat_id, NULL),
        'licence', iif(decided LIKE '%"licence"%', licence, NULL),
        'author', iif(decided LIKE '%"author"%', author, NULL)))
      WHERE part = 'file';
    UPDATE sounds SET decided = json_insert(decided, '$[#]', 'caption') WHERE part = 'region' AND caption_from = 'user';
    CREATE INDEX sounds_category ON sounds (cat_id) WHERE cat_id IS NOT NULL;

    DROP VIEW sound_words;
    CREATE VIEW sound_words AS
      SELECT s.id, s.caption, s.tags, f.path, s.cat_id FROM sounds AS s JOIN files AS f ON f.id = s.file_id WHERE s.own_words;
    DROP TRIGGER words_of_file_deleted;
    CREATE TRIGGER words_of_file_deleted BEFORE DELETE ON files BEGIN
      INSERT INTO words (words, rowid, caption, tags, path, cat_id)
        SELECT 'delete', s.id, s.caption, s.tags, old.path, s.cat_id FROM sounds AS s WHERE s.file_id = old.id AND s.own_words;
    END;
    DROP TRIGGER words_moving;
    CREATE TRIGGER words_moving BEFORE UPDATE OF path ON files BEGIN
      INSERT INTO words (words, rowid, caption, tags, path, cat_id)
        SELECT 'delete', s.id, s.caption, s.tags, old.path, s.cat_id FROM sounds AS s WHERE s.file_id = old.id AND s.own_words;
    END;
    DROP TRIGGER words_moved;
    CREATE TRIGGER words_moved AFTER UPDATE OF path ON files BEGIN
      INSERT INTO words (rowid, caption, tags, path, cat_id)
        SELECT s.id, s.caption, s.tags, new.path, s.cat_id FROM sounds AS s WHERE s.file_id = new.id AND s.own_words;
    END;

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
