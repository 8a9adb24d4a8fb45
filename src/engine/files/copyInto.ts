import { copyFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { hashFile } from './hashFile.ts';
import { makeFolder } from './makeFolder.ts';
import { replaceFile } from './replaceFile.ts';

/**
 * Copies a file into a folder under its own name, with a number where another file has it. One that lies there already is
 * not copied again.
 *
 * @param folder made when it is not there
 * @returns path of the copy
 */
export async function copyInto(folder: string, file: string): Promise<string> {
  makeFolder(folder);
  const { path, free } = await placeFor(folder, file);
  if (free) await replaceFile(path, (temporary) => copyFile(file, temporary));
  return path;
}

/** As {@link copyInto}, of several, in their order. */
export async function copyAllInto(folder: string, files: readonly string[]): Promise<string[]> {
  const copies: string[] = [];
  for (const file of files) copies.push(await copyInto(folder, file));
  return copies;
}

/** `free` unless the same bytes lie there. */
async function placeFor(
  folder: string,
  file: string,
): Promise<{ readonly path: string; readonly free: boolean }> {
  const extension = extname(file);
  const stem = basename(file, extension);
  for (let number = 1; ; number++) {
    const path = join(folder, `${number === 1 ? stem : `${stem}_${number}`}${extension}`);
    if (!(await stat(path).catch(() => undefined))) return { path, free: true };
    if ((await hashFile(path)) === (await hashFile(file))) return { path, free: false };
  }
}
