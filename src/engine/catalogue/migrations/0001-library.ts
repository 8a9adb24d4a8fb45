import type { Migration } from './index.ts';

/**
 * The library: sources, their sounds, embeddings, and the words of a sound for full-text search.
 *
 * `meta.epoch` counts changes of embeddings; an embedding carries the epoch it was written at, so that an index
 * can be brought up to date from what changed since its own epoch.
 */
export const library: Migration = {
  version: 1,
  sql: `
    CREATE TABLE meta (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      catalogue TEXT NOT NULL,
      epoch INTEGER NOT NULL
    );
    INSERT INTO meta VALUES (1, lower(hex(randomblob(16))), 0);

    CREATE TABLE sources (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      path TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL CHECK (kind IN ('folder', 'starter')),
      captions TEXT,
      added_at INTEGER NOT NULL
    );

    CREATE TABLE sounds (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      start REAL NOT NULL DEFAULT 0 CHECK (start >= 0),
      end REAL CHECK (end > start),
      caption TEXT NOT NULL,
      caption_from TEXT NOT NULL CHECK (caption_from IN ('user', 'ixml', 'bext', 'name', 'folder', 'none')),
      cat_id TEXT,
      tags TEXT NOT NULL,
      seconds REAL NOT NULL,
      sample_rate INTEGER NOT NULL,
      channels INTEGER NOT NULL,
      bits INTEGER,
      bytes INTEGER NOT NULL,
      mtime_ms INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      licence TEXT NOT NULL,
      author TEXT NOT NULL,
      may_condition INTEGER NOT NULL,
      synthetic INTEGER NOT NULL,
      missing INTEGER NOT NULL DEFAULT 0,
      problem TEXT
    );
    CREATE UNIQUE INDEX sounds_region ON sounds (source_id, path, start, ifnull(end, -1));
    CREATE INDEX sounds_sha256 ON sounds (sha256);

    CREATE TABLE embeddings (
      id INTEGER PRIMARY KEY,
      sound_id INTEGER NOT NULL REFERENCES sounds (id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN ('text', 'audio')),
      model TEXT NOT NULL,
      epoch INTEGER NOT NULL,
      vector BLOB NOT NULL,
      UNIQUE (sound_id, kind, model)
    );
    CREATE INDEX embeddings_set ON embeddings (model, kind, sound_id, epoch);
    CREATE TRIGGER embeddings_deleted AFTER DELETE ON embeddings BEGIN
      UPDATE meta SET epoch = epoch + 1;
    END;

    CREATE VIRTUAL TABLE words USING fts5 (
      caption, tags, path,
      content = 'sounds', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
    );
    CREATE TRIGGER words_inserted AFTER INSERT ON sounds BEGIN
      INSERT INTO words (rowid, caption, tags, path) VALUES (new.id, new.caption, new.tags, new.path);
    END;
    CREATE TRIGGER words_deleted AFTER DELETE ON sounds BEGIN
      INSERT INTO words (words, rowid, caption, tags, path)
        VALUES ('delete', old.id, old.caption, old.tags, old.path);
    END;
    CREATE TRIGGER words_updated AFTER UPDATE OF caption, tags, path ON sounds BEGIN
      INSERT INTO words (words, rowid, caption, tags, path)
        VALUES ('delete', old.id, old.caption, old.tags, old.path);
      INSERT INTO words (rowid, caption, tags, path) VALUES (new.id, new.caption, new.tags, new.path);
    END;
  `,
};
