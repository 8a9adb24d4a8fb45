import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import type { CheckpointManifest, CheckpointPart } from '#core/pack/checkpointManifest.ts';
import { hashFile } from '../files/hashFile.ts';

/**
 * Makes sure that the authors' files are those that were added. One that looks as it did then is taken for the same; any other is
 * hashed, for moving a folder gives its files new times.
 *
 * @param hashAll takes no file's word for it
 * @throws RefoleyError 'not-found' when one is gone; 'corrupt' when one is another by now
 */
export async function requireSameWeights(
  { name, checkpoint }: Pick<CheckpointManifest, 'name' | 'checkpoint'>,
  weights: readonly CheckpointPart['weights'][number][],
  hashAll = false,
): Promise<void> {
  for (const { file, sha256, bytes, modified } of weights) {
    const path = join(checkpoint, file);
    const facts = await stat(path).catch((cause: unknown) => {
      throw new RefoleyError(
        'not-found',
        `${path} of pack '${name}' is gone: put its folder back, or remove the pack and add it again from where it is now`,
        { cause },
      );
    });
    if (!hashAll && facts.size === bytes && facts.mtimeMs === modified) continue;
    if (facts.size !== bytes || (await hashFile(path)) !== sha256)
      throw new RefoleyError(
        'corrupt',
        `${path} is not the file that the pack '${name}' was made of: put that one back, or remove the pack and add it again`,
      );
  }
}
