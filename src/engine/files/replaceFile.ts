import { randomBytes } from 'node:crypto';
import { link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode, fileError } from './fileError.ts';
import { makeFolder } from './makeFolder.ts';

const TEMPORARY = /^\..+\.[0-9a-f]{12}\.tmp$/;
/** What systems say where a file can have one name only. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK']);
const STALE_AFTER_MS = 60 * 60 * 1000;

/**
 * Writes a file so that its name holds either the old bytes or all of the new ones, whenever the process dies:
 * `write` fills a temporary file in the same folder, which is flushed to disk and then renamed.
 *
 * @param path file to make or replace; its folder is created
 * @param write fills the file whose path it is given
 * @param place gives it its name
 * @throws RefoleyError `unavailable` when the disk is full or the folder cannot be written
 */
export async function replaceFile(
  path: string,
  write: (temporary: string) => Promise<void> | void,
  place: (temporary: string, path: string) => Promise<void> = rename,
): Promise<void> {
  const folder = dirname(path);
  const temporary = temporaryFor(path);
  try {
    makeFolder(folder);
    await write(temporary);
    await flush(temporary, 'r+');
    await place(temporary, path);
    await flushFolder(folder);
  } catch (cause) {
    // What stood in the way of writing may stand in the way of this.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError(cause, path);
  }
}

/** {@link replaceFile} for bytes already in memory. */
export async function writeFileAtomic(path: string, bytes: Uint8Array | string): Promise<void> {
  await replaceFile(path, fillWith(bytes));
}

/**
 * As {@link writeFileAtomic}, of a file that is not there yet: none is ever replaced, even where another program makes it meanwhile.
 * @throws RefoleyError `input` where it is there
 */
export async function writeNewFile(path: string, bytes: Uint8Array | string): Promise<void> {
  await replaceFile(path, fillWith(bytes), placeNew);
}

function fillWith(bytes: Uint8Array | string): (temporary: string) => Promise<void> {
  return async (temporary) => {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(bytes);
    } finally {
      await handle.close();
    }
  };
}

/** A second name is only given where there is none; a rename would replace. */
async function placeNew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (cause) {
    // exFAT and some network drives know no second names.
    if (!NO_LINKS.has(errorCode(cause) ?? '')) throw cause;
    if (await stat(path).catch(() => undefined))
      throw Object.assign(new Error('the file exists', { cause }), { code: 'EEXIST' });
    await rename(temporary, path);
    return;
  }
  await rm(temporary, { force: true });
}

/** A hidden name beside `path` for what is to take its place; {@link sweepTemporaryFiles} knows it. */
export function temporaryFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/** Deletes what an earlier, killed process left under a {@link temporaryFor}; younger files may still be in use. */
export async function sweepTemporaryFiles(folder: string, now = Date.now()): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((entry) => TEMPORARY.test(entry))) {
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined);
    if (facts && now - facts.mtimeMs > STALE_AFTER_MS) await rm(path, { force: true, recursive: true });
  }
}

/** Makes renames in a folder hold; Windows cannot open one, and needs no flush for that. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform !== 'win32') await flush(folder, 'r');
}

async function flush(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
