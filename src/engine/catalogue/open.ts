import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { RefoleyError } from '#core/errors.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { catalogueError, damagedCatalogue } from './catalogueError.ts';
import { createBrowsingQueries } from './browsing.ts';
import { createCollectionQueries } from './collections.ts';
import { createEditQueries } from './edits.ts';
import { createEmbeddingQueries } from './embeddings.ts';
import { createFolderTermQueries } from './folderTerms.ts';
import { migrate, refuseNewer } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { createFileQueries } from './files.ts';
import { createHeardQueries } from './heard.ts';
import { createJobQueries } from './jobs.ts';
import { createMapQueries } from './maps.ts';
import { createNewFileQueries } from './newFiles.ts';
import { createPassingQueries } from './passing.ts';
import { createPromptQueries } from './prompts.ts';
import { createSavedSearchQueries } from './savedSearches.ts';
import { createSoundQueries } from './sounds.ts';
import { createSourceQueries } from './sources.ts';
import { createSuggestionQueries } from './suggestions.ts';
import { createTakeQueries } from './takes.ts';
import { createVectorQueries } from './vectorRows.ts';
import { createWordQueries } from './words.ts';

/** Above this a check of every page would be felt at each start; `library verify` always checks all. */
const QUICK_CHECK_BYTES = 64 * 1024 * 1024;
/** Of the file, read through the memory map. */
const MAPPED_BYTES = 1024 ** 3;
const MAGIC = 'SQLite format 3\0';
/** Offset of `user_version`, big-endian u32: https://www.sqlite.org/fileformat.html#the_database_header */
const USER_VERSION_OFFSET = 60;
const HEADER_BYTES = 100;

export type Catalogue = ReturnType<typeof openCatalogue>;

/**
 * Opens the catalogue, makes it if there is none and brings its schema up to date.
 *
 * WAL, so that the app can read while a scan writes; `synchronous = FULL`, because a take that was reported as
 * saved must survive a power cut and a batch costs one flush. Reads of a damaged or newer file change nothing
 * beside it: its header is looked at before SQLite opens it.
 *
 * @param path of the SQLite file; its folder is created
 * @throws RefoleyError `unavailable` (newer, locked, no permission, no space) or `corrupt` (damaged)
 */
export function openCatalogue(path: string) {
  const leftByKill = existsSync(`${path}-wal`);
  let db: Database.Database | undefined;
  try {
    checkHeader(path);
    makeFolder(dirname(path));
    db = new Database(path, { timeout: 5000 });
    if (leftByKill || isSmall(path)) quickCheck(db);
    prepare(db);
    return catalogueOver(db, path);
  } catch (cause) {
    db?.close();
    throw catalogueError(cause, path);
  }
}

function catalogueOver(db: Database.Database, path: string) {
  const id = String(db.prepare('SELECT catalogue FROM meta').pluck().get());
  const readEpoch = db.prepare<[], number>('SELECT epoch FROM meta').pluck();
  const passing = createPassingQueries(db);
  const nextEpoch = db.prepare<[], number>('UPDATE meta SET epoch = epoch + 1 RETURNING epoch').pluck();
  return {
    path,
    /** Random name of this catalogue, so that an index of another one is never taken for its own. */
    id,
    sources: createSourceQueries(db),
    files: createFileQueries(db),
    addFiles: createNewFileQueries(db),
    sounds: createSoundQueries(db),
    embeddings: createEmbeddingQueries(db),
    words: createWordQueries(db, passing),
    passing,
    browsing: createBrowsingQueries(db),
    collections: createCollectionQueries(db),
    savedSearches: createSavedSearchQueries(db),
    folderTerms: createFolderTermQueries(db),
    vectors: createVectorQueries(db),
    heard: createHeardQueries(db),
    suggestions: createSuggestionQueries(db),
    maps: createMapQueries(db),
    jobs: createJobQueries(db),
    takes: createTakeQueries(db),
    edits: createEditQueries(db),
    prompts: createPromptQueries(db),
    epoch: (): number => readEpoch.get() ?? 0,
    bumpEpoch: (): number => nextEpoch.get() ?? 0,
    /** Runs `body` as one write: all of it is kept or none. */
    write<T>(body: () => T): T {
      try {
        return db.transaction(body).immediate();
      } catch (cause) {
        throw catalogueError(cause, path);
      }
    },
    /** Runs `body` over one unchanging state of the catalogue. */
    read<T>(body: () => T): T {
      try {
        return db.transaction(body).deferred();
      } catch (cause) {
        throw catalogueError(cause, path);
      }
    },
    /** Every page, every index, the full-text index and every foreign key: one line per finding. */
    integrity: (): string[] => integrityOf(db),
    /**
     * Copies all of it into another SQLite file while it is in use.
     *
     * @param onProgress tells how many pages to copy next; what it throws ends the copying
     */
    backUp: (file: string, onProgress: (progress: Database.BackupMetadata) => number) =>
      db.backup(file, { progress: onProgress }),
    close: (): void => {
      db.close();
    },
  };
}

function prepare(db: Database.Database): void {
  // Vectors of 1 KB fill pages of 8 KB well; it can only be chosen before the first write.
  db.pragma('page_size = 8192');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  // Rows that no search has touched yet: 1.5 ms for 256 of 100,000 through the map, 15 to 170 ms by reading pages.
  db.pragma(`mmap_size = ${MAPPED_BYTES}`);
  // KiB, and pages. Paths, sizes and words of 100,000 files go to places all over the file: each page is to be written once.
  db.pragma('cache_size = -65536');
  db.pragma('wal_autocheckpoint = 4000');
  migrate(db);
  db.pragma('foreign_keys = ON');
}

/**
 * Looks at the first bytes of a catalogue, so that one that cannot be read, or that a newer Refoley made, is not touched.
 *
 * @param shown the file that an error names
 */
export function checkHeader(path: string, shown = path): void {
  if (!existsSync(path)) return;
  if (!statSync(path).isFile()) {
    throw new RefoleyError('input', `${path} is not a file: choose another --data folder`);
  }
  const header = new Uint8Array(HEADER_BYTES);
  const file = openSync(path, 'r');
  let length: number;
  try {
    length = readSync(file, header);
  } finally {
    closeSync(file);
  }
  // An empty file is a catalogue whose making was interrupted before its first transaction.
  if (length === 0) return;
  if (length < HEADER_BYTES || new TextDecoder().decode(header.subarray(0, MAGIC.length)) !== MAGIC) {
    throw damagedCatalogue(shown, 'not an SQLite file');
  }
  const version = new DataView(header.buffer).getUint32(USER_VERSION_OFFSET);
  refuseNewer(version, migrations.at(-1)?.version ?? 0, shown);
}

function isSmall(path: string): boolean {
  return statSync(path).size <= QUICK_CHECK_BYTES;
}

function quickCheck(db: Database.Database): void {
  const finding = String(db.pragma('quick_check(1)', { simple: true }));
  if (finding !== 'ok') throw damagedCatalogue(db.name, finding.split('\n', 1)[0] ?? finding);
}

/** Every page, every index, the full-text index and every foreign key: one line per finding. */
export function integrityOf(db: Database.Database): string[] {
  try {
    const rows = db.prepare<[], string>('PRAGMA integrity_check(20)').pluck().all();
    const keys = db.prepare('PRAGMA foreign_key_check').all();
    db.exec("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)");
    const findings = rows.filter((row) => row !== 'ok');
    return keys.length > 0 ? [...findings, `${keys.length} rows point at nothing`] : findings;
  } catch (cause) {
    return [cause instanceof Error ? cause.message : String(cause)];
  }
}
