import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import type { Pack, PackFile } from './pack.ts';
import { hashBytes } from '../files/hashFile.ts';

/**
 * Reads a file of a pack and checks it, so that no damaged or swapped graph ever reaches onnxruntime.
 * @throws RefoleyError 'corrupt' when it is missing, unreadable or differs from the manifest
 */
export async function readPackFile(pack: Pack, { file, sha256 }: PackFile): Promise<Uint8Array> {
  const name = `${file} of pack '${pack.manifest.name}'`;
  const bytes = await readFile(join(pack.folder, file)).catch((cause: unknown) => {
    throw new RefoleyError('corrupt', `${name} cannot be read: reinstall the pack (${pack.folder})`, {
      cause,
    });
  });
  if (hashBytes(bytes) !== sha256) {
    throw new RefoleyError(
      'corrupt',
      `${name} is damaged, its hash differs: reinstall the pack (${pack.folder})`,
    );
  }
  return bytes;
}
