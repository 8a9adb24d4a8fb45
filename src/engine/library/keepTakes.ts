import { resolve } from 'node:path';
import { readRecipe } from '#core/audio/takeFile.ts';
import { RefoleyError } from '#core/errors.ts';
import { copyAllInto } from '../files/copyInto.ts';
import { withFileSource } from './fileSource.ts';

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
  return copyAllInto(folder, takes);
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
