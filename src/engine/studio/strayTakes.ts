import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue } from '../catalogue/open.ts';
import { hashFile } from '../files/hashFile.ts';
import { readHeader } from '../library/readHeader.ts';
import { recipeAt } from '../takes/recipeAt.ts';

/**
 * Takes whose file is there and whose row is not: made by the CLI, or written in the moment before a crash. The recipe inside
 * the file says all that the row would have said.
 *
 * @returns ids of the takes that were added
 */
export async function adoptStrayTakes(catalogue: Catalogue, folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  const known = new Set(catalogue.takes.paths());
  const added: number[] = [];
  for (const name of names.sort()) {
    const path = join(folder, name);
    if (!name.endsWith('.wav') || known.has(path)) continue;
    const recipe = recipeAt(path);
    if (!recipe) continue;
    const { mtimeMs } = await stat(path);
    const { format } = await readHeader(path);
    const sha256 = await hashFile(path);
    const id = catalogue.write(() =>
      catalogue.takes.add({
        ...{ path, sha256, recipe, name: recipe.prompt, seconds: format.seconds, madeAt: mtimeMs },
        ...{ jobId: null, parentId: null, descent: null, set: null, loudness: null },
      }),
    );
    added.push(id);
  }
  return added;
}
