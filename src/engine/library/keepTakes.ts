import { copyFile, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { readRecipe } from '#core/audio/takeFile.ts';
import { RefoleyError } from '#core/errors.ts';
import { replaceFile } from '../files/replaceFile.ts';
import { withFileSource } from './fileSource.ts';
import { hashFile } from '../files/hashFile.ts';

/**
 * Copies finished takes into the folder of kept ones, which is a source of the library. The takes themselves stay as they are. One that
 * is kept already is not copied again, and no kept one is replaced.
 *
 * @param folder made when it is not there
 * @returns paths of the kept files, in the order of the takes
 * @throws RefoleyError `input` for a file that is no take of Refoley's, before anything is copied; `not-found`; `unavailable`
 *   when the disk is full
 */
export async function keepTakes(folder: string, files: readonly string[]): Promise<string[]> {
  if (files.length === 0) throw new RefoleyError('input', 'say which takes to keep');
  const takes = files.map((file) => resolve(file));
  for (const take of takes) requireTake(take);
  const kept: string[] = [];
  for (const take of takes) {
    const path = await placeFor(folder, take);
    if (path.free) await replaceFile(path.path, (temporary) => copyFile(take, temporary));
    kept.push(path.path);
  }
  return kept;
}

function requireTake(path: string): void {
  try {
    withFileSource(path, readRecipe);
  } catch (cause) {
    if (cause instanceof RefoleyError && cause.kind === 'input')
      throw new RefoleyError(
        'input',
        `${path} carries no recipe of Refoley's: for other sounds, add their folder with "library add"`,
        { cause },
      );
    throw cause;
  }
}

/** The name of the take, with a number where another take has it; `free` unless this one lies there. */
async function placeFor(
  folder: string,
  take: string,
): Promise<{ readonly path: string; readonly free: boolean }> {
  const extension = extname(take);
  const stem = basename(take, extension);
  for (let number = 1; ; number++) {
    const path = join(folder, `${number === 1 ? stem : `${stem}_${number}`}${extension}`);
    if (!(await stat(path).catch(() => undefined))) return { path, free: true };
    if ((await hashFile(path)) === (await hashFile(take))) return { path, free: false };
  }
}
