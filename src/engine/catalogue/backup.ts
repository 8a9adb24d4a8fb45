import { existsSync } from 'node:fs';
import { copyFile, link, open, rename, rm, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { RefoleyError } from '#core/errors.ts';
import { fileError } from '../files/fileError.ts';
import { replaceFile } from '../files/replaceFile.ts';
import { catalogueError, damagedCatalogue } from './catalogueError.ts';
import { checkHeader, integrityOf } from './open.ts';
import type { Catalogue } from './open.ts';

export interface BackupWork {
  readonly signal?: AbortSignal | undefined;
  /** Pages copied, of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What a backup, or the catalogue that was restored from one, holds. */
export interface BackupReport {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly sources: number;
  readonly sounds: number;
}

export interface RestoreReport extends BackupReport {
  /** Where the catalogue is that was there before; null when there was none. */
  readonly before: string | null;
}

/** Pages of 8 KB between two looks at whether to stop. */
const STEP = 256;
/** What SQLite keeps beside a catalogue. */
const BESIDE = ['-wal', '-shm', '-journal'] as const;

/**
 * Copies the catalogue into one file while it is in use, checks the copy page by page, and only then gives it its name: whatever happens,
 * there is an old backup of that name or a whole new one. Embeddings, captions, ratings and collections are all in it;
 * sound files and indexes are not.
 *
 * @param target file to make; one that is there must be a backup, which is replaced
 * @throws RefoleyError `input` for the catalogue's own files or a file that is none of ours, `cancelled`, `unavailable` when it
 *   cannot be written, `corrupt` when the catalogue is damaged
 */
export async function backUpCatalogue(
  catalogue: Catalogue,
  target: string,
  { signal, onProgress }: BackupWork = {},
): Promise<BackupReport> {
  await refuseOwn(catalogue.path, target);
  if (existsSync(target) && (await contentOf(target)) !== 'catalogue') throw noBackup(target);
  let counted: Pick<BackupReport, 'sources' | 'sounds'> | undefined;
  await replaceFile(target, async (temporary) => {
    try {
      await catalogue.backUp(temporary, ({ totalPages, remainingPages }) => {
        if (signal?.aborted) throw new RefoleyError('cancelled', 'stopped: there is no new backup');
        onProgress?.(totalPages - remainingPages, totalPages);
        return STEP;
      });
      counted = checked(temporary, target, (detail) => damagedCatalogue(catalogue.path, detail));
    } catch (cause) {
      throw catalogueError(cause, target);
    } finally {
      await Promise.all(BESIDE.map((suffix) => rm(temporary + suffix, { force: true })));
    }
  });
  const { size } = await stat(target);
  return { path: target, bytes: size, sources: 0, sounds: 0, ...counted };
}

/**
 * Puts a backup in the place of the catalogue, which stays beside it as `.before-restore` (`-2` and so on when
 * there is one). The backup is copied and the copy checked
 * before anything changes; there is a whole catalogue under the name at every moment.
 *
 * @param path of the catalogue, which nobody may have open
 * @throws RefoleyError `not-found`, `input` (no backup of ours), `corrupt` (a damaged one), `unavailable` (made by a newer
 *   Refoley, the catalogue is in use, no space)
 */
export async function restoreCatalogue(path: string, backup: string): Promise<RestoreReport> {
  await refuseOwn(path, backup);
  const facts = await stat(backup).catch((cause: unknown) => {
    throw fileError(cause, backup);
  });
  if (!facts.isFile() || facts.size === 0) throw noBackup(backup);
  if ((await contentOf(backup)) === 'other') throw noBackup(backup);
  const damaged = (detail: string): RefoleyError => damagedBackup(backup, detail);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await copyFile(backup, temporary);
    // What was copied by hand from a running catalogue may have its latest changes beside it.
    if (existsSync(`${backup}-wal`)) await copyFile(`${backup}-wal`, `${temporary}-wal`);
    const counted = checked(temporary, backup, damaged, (db) => {
      // An index that was made of other changes must not be taken for one of this catalogue.
      db.prepare('UPDATE meta SET catalogue = lower(hex(randomblob(16)))').run();
    });
    await flush(temporary);
    const before = await setAside(path);
    // A log of another catalogue would be taken for this one's.
    for (const suffix of BESIDE) await rm(path + suffix, { force: true });
    await rename(temporary, path);
    return { path, bytes: facts.size, ...counted, before };
  } catch (cause) {
    throw fileError(catalogueError(cause, path), path);
  } finally {
    for (const suffix of ['', ...BESIDE]) await rm(temporary + suffix, { force: true });
  }
}

/**
 * Checks a copy and leaves it as one file with nothing beside it.
 *
 * @param shown the file that is named when it was made by a newer Refoley
 */
function checked(
  copy: string,
  shown: string,
  damaged: (detail: string) => RefoleyError,
  change: (db: Database.Database) => void = () => undefined,
): Pick<BackupReport, 'sources' | 'sounds'> {
  checkHeader(copy, shown);
  let db: Database.Database | undefined;
  try {
    db = new Database(copy, { fileMustExist: true });
    db.pragma('journal_mode = DELETE');
    const [finding] = integrityOf(db);
    if (finding !== undefined) throw damaged(finding);
    const count = (table: string): number =>
      Number(db?.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
    const counted = { sources: count('sources'), sounds: count('sounds') };
    change(db);
    return counted;
  } catch (cause) {
    if (!(cause instanceof Database.SqliteError)) throw cause;
    throw damaged(cause.message);
  } finally {
    db?.close();
  }
}

/**
 * Makes sure that nobody has the catalogue open, brings its log into it, and gives it a second name.
 *
 * @returns the name; null when there is no catalogue
 */
async function setAside(path: string): Promise<string | null> {
  if (!existsSync(path)) return null;
  const before = await freeName(`${path}.before-restore`);
  const isWhole = endLog(path);
  await giveName(path, before);
  // A catalogue that SQLite cannot read is what a restore is for: it is kept with its log.
  for (const suffix of isWhole ? [] : BESIDE)
    if (existsSync(path + suffix)) await rename(path + suffix, before + suffix);
  return before;
}

/**
 * @returns false for a catalogue that cannot be read
 * @throws RefoleyError `unavailable` while somebody has it open
 */
function endLog(path: string): boolean {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: 500 });
    // Only the one connection there is may do that.
    if (String(db.pragma('journal_mode = DELETE', { simple: true })) !== 'delete') throw inUse(path);
    return true;
  } catch (cause) {
    if (isDamaged(cause)) return false;
    throw isLocked(cause) ? inUse(path) : cause;
  } finally {
    db?.close();
  }
}

/** Whoever restores the wrong backup first wants the catalogue that was there before both. */
async function freeName(name: string): Promise<string> {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    if (!(await stat(candidate).catch(() => undefined))) return candidate;
  }
}

async function giveName(path: string, name: string): Promise<void> {
  // Some drives know no second names.
  await link(path, name).catch(() => copyFile(path, name));
}

async function refuseOwn(catalogue: string, file: string): Promise<void> {
  const [own, other] = await Promise.all(
    [catalogue, file].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  const isSame = own !== undefined && own.ino === other?.ino && own.dev === other.dev;
  if (!isSame && !['', ...BESIDE].some((suffix) => catalogue + suffix === file)) return;
  throw new RefoleyError('input', `${file} is the catalogue itself: choose another file`);
}

/** What a file is: one that is none of ours is not written over, nor taken for a backup. */
async function contentOf(file: string): Promise<'catalogue' | 'damaged' | 'other'> {
  const facts = await stat(file);
  if (!facts.isFile()) return 'other';
  let db: Database.Database | undefined;
  try {
    checkHeader(file);
    db = new Database(file, { readonly: true, fileMustExist: true });
    db.prepare('SELECT catalogue, epoch FROM meta').get();
    return 'catalogue';
  } catch (cause) {
    // A newer one is ours as well, and refused elsewhere.
    if (cause instanceof RefoleyError) return cause.kind === 'unavailable' ? 'catalogue' : 'other';
    return isDamaged(cause) ? 'damaged' : 'other';
  } finally {
    db?.close();
  }
}

function noBackup(file: string, cause?: unknown): RefoleyError {
  return new RefoleyError('input', `${file} is no backup of a Refoley library: choose another file`, {
    cause,
  });
}

function inUse(path: string): RefoleyError {
  const what = 'is in use by another Refoley: close it, then restore again';
  return new RefoleyError('unavailable', `${path} ${what}`);
}

function damagedBackup(file: string, detail: string): RefoleyError {
  return new RefoleyError(
    'corrupt',
    `${file} is damaged (${detail}): use another backup; nothing was changed`,
  );
}

function isLocked(cause: unknown): boolean {
  return cause instanceof Database.SqliteError && /^SQLITE_(?:BUSY|LOCKED)/.test(cause.code);
}

function isDamaged(cause: unknown): boolean {
  return cause instanceof Database.SqliteError && /^SQLITE_(?:CORRUPT|NOTADB)/.test(cause.code);
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
