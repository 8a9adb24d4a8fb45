import type { Database } from 'better-sqlite3';
import type { Migration } from './index.ts';

/**
 * Files apart from the sounds in them, so that a file is listed before it is read and read before it is analysed, and
 * one file holds many sounds. Embeddings in 16 bits: 100,000 sounds need half of the space, and rounding moves a cosine
 * by less than the ranking tells apart.
 */
export const files: Migration = {
  version: 2,
  sql: `
    ALTER TABLE sources ADD COLUMN offline INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE files (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      mtime_ms INTEGER NOT NULL,
      stage TEXT NOT NULL CHECK (stage IN ('listed', 'read', 'analysed')),
      sha256 TEXT NOT NULL DEFAULT '',
      seconds REAL NOT NULL DEFAULT 0,
      sample_rate INTEGER NOT NULL DEFAULT 0,
      channels INTEGER NOT NULL DEFAULT 0,
      bits INTEGER,
      loudness REAL,
      true_peak REAL,
      fields TEXT NOT NULL DEFAULT '{}',
      synthetic INTEGER NOT NULL DEFAULT 0,
      missing INTEGER NOT NULL DEFAULT 0,
      problem TEXT,
      UNIQUE (source_id, path)
    );
    INSERT INTO files (source_id, path, bytes, mtime_ms, stage, sha256, seconds, sample_rate, channels, bits,
                       synthetic, missing, problem)
      SELECT source_id, path, max(bytes), max(mtime_ms), iif(max(problem) IS NULL, 'analysed', 'listed'), max(sha256),
             max(start + seconds), max(sample_rate), max(channels), max(bits), max(synthetic), max(missing), max(problem)
      FROM sounds GROUP BY source_id, path ORDER BY min(id);
    CREATE INDEX files_content ON files (sha256) WHERE sha256 <> '';
    CREATE INDEX files_size ON files (bytes);
    CREATE INDEX files_stage ON files (source_id, stage, id);

    CREATE TABLE new_sounds (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
      part TEXT NOT NULL CHECK (part IN ('file', 'event', 'marker', 'region')),
      start REAL NOT NULL DEFAULT 0 CHECK (start >= 0),
      end REAL CHECK (end > start),
      caption TEXT NOT NULL,
      caption_from TEXT NOT NULL
        CHECK (caption_from IN ('user', 'ixml', 'bext', 'info', 'tag', 'name', 'folder', 'none')),
      cat_id TEXT,
      tags TEXT NOT NULL,
      licence TEXT NOT NULL,
      author TEXT NOT NULL,
      may_condition INTEGER NOT NULL,
      decided TEXT NOT NULL DEFAULT '[]'
    );
    INSERT INTO new_sounds
      SELECT s.id, f.id, iif(s.end IS NULL, 'file', 'region'), s.start, s.end, s.caption, s.caption_from, s.cat_id, s.tags,
             s.licence, s.author, s.may_condition, iif(s.licence = '' AND s.author = '', '[]', '["licence","author"]')
      FROM sounds AS s JOIN files AS f ON f.source_id = s.source_id AND f.path = s.path;
    DROP TABLE words;
    DROP TABLE sounds;
    ALTER TABLE new_sounds RENAME TO sounds;
    CREATE UNIQUE INDEX sounds_part ON sounds (file_id, start, ifnull(end, -1));

    CREATE VIEW sound_words AS
      SELECT s.id, s.caption, s.tags, f.path, s.cat_id FROM sounds AS s JOIN files AS f ON f.id = s.file_id WHERE s.part <> 'event';
    CREATE VIRTUAL TABLE words USING fts5 (
      caption, tags, path, cat_id,
      content = 'sound_words', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
    );
    INSERT INTO words (words) VALUES ('rebuild');
    CREATE TRIGGER words_inserted AFTER INSERT ON sounds BEGIN
      INSERT INTO words (rowid, caption, tags, path, cat_id)
        SELECT id, caption, tags, path, cat_id FROM sound_words WHERE id = new.id;
    END;
    CREATE TRIGGER words_deleted BEFORE DELETE ON sounds BEGIN
      INSERT INTO words (words, rowid, caption, tags, path, cat_id)
        SELECT 'delete', id, caption, tags, path, cat_id FROM sound_words WHERE id = old.id;
    END;
    CREATE TRIGGER words_replaced BEFORE UPDATE OF caption, tags, cat_id ON sounds BEGIN
      INSERT INTO words (words, rowid, caption, tags, path, cat_id)
        SELECT 'delete', id, caption, tags, path, cat_id FROM sound_words WHERE id = old.id;
    END;
    CREATE TRIGGER words_updated AFTER UPDATE OF caption, tags, cat_id ON sounds BEGIN
      INSERT INTO words (rowid, caption, tags, path, cat_id)
        SELECT id, caption, tags, path, cat_id FROM sound_words WHERE id = new.id;
    END;
    CREATE TRIGGER words_of_file_deleted BEFORE DELETE ON files BEGIN
      INSERT INTO words (words, rowid, caption, tags, path, cat_id)
        SELECT 'delete', s.id, s.caption, s.tags, old.path, s.cat_id FROM sounds AS s WHERE s.file_id = old.id AND s.part <> 'event';
    END;
    CREATE TRIGGER words_moving BEFORE UPDATE OF path ON files BEGIN
      INSERT INTO words (words, rowid, caption, tags, path, cat_id)
        SELECT 'delete', s.id, s.caption, s.tags, old.path, s.cat_id FROM sounds AS s WHERE s.file_id = old.id AND s.part <> 'event';
    END;
    CREATE TRIGGER words_moved AFTER UPDATE OF path ON files BEGIN
      INSERT INTO words (rowid, caption, tags, path, cat_id)
        SELECT s.id, s.caption, s.tags, new.path, s.cat_id FROM sounds AS s WHERE s.file_id = new.id AND s.part <> 'event';
    END;
  `,
  then: halveVectors,
};

/** A chunk at a time: a large library's vectors do not fit the memory. */
const CHUNK = 2000;

function halveVectors(db: Database): void {
  const chunk = db.prepare<[number], { id: number; vector: Uint8Array }>(
    `SELECT id, vector FROM embeddings WHERE id > ? ORDER BY id LIMIT ${CHUNK}`,
  );
  const update = db.prepare<[Uint8Array, number]>('UPDATE embeddings SET vector = ? WHERE id = ?');
  for (let rows = chunk.all(0); rows.length > 0; rows = chunk.all(rows.at(-1)?.id ?? Infinity)) {
    for (const { id, vector } of rows) {
      const halves = Float16Array.from(new Float32Array(Uint8Array.from(vector).buffer));
      update.run(new Uint8Array(halves.buffer), id);
    }
  }
}
