import { join } from 'node:path';
import Database from 'better-sqlite3';

/**
 * Makes a library large without its sounds: so many events in each of its files, each sounding like the file.
 *
 * @param folder of the library, which nothing has open
 */
export function enlarge(folder: string, events: number): void {
  const db = new Database(join(folder, 'catalogue.sqlite'));
  db.transaction(() => {
    db.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO sounds (file_id, part, start, end, caption, caption_from, cat_id, tags, licence, author, may_condition, own_words)
       SELECT file_id, 'event', i * 1e-5, i * 1e-5 + 0.01, caption, caption_from, cat_id, tags, licence, author, may_condition, 0
       FROM sounds, n WHERE part = 'file'`,
    ).run(events);
    db.exec(
      `UPDATE meta SET epoch = epoch + 1;
       INSERT INTO embeddings (sound_id, kind, model, epoch, vector)
       SELECT event.id, 'audio', model, (SELECT epoch FROM meta), vector
       FROM sounds AS event JOIN sounds AS whole ON whole.file_id = event.file_id AND whole.part = 'file'
       JOIN embeddings ON sound_id = whole.id AND kind = 'audio' WHERE event.part = 'event'`,
    );
  })();
  db.close();
}
