import { basename } from 'node:path';
import type { Catalogue } from '../catalogue/open.ts';
import { hashFile } from '../files/hashFile.ts';
import { requireRef } from '../studio/foundRef.ts';
import { requireUnchanged } from '../takes/unchanged.ts';
import type { EditableSound } from './edits.ts';

/**
 * A sound or a take as it can be edited, known by the bytes that its file has now.
 *
 * @throws RefoleyError `not-found` when it or its file is gone, or the file has changed since the library knows it
 */
export async function editableSound(catalogue: Catalogue, ref: string): Promise<EditableSound> {
  const found = requireRef(catalogue, ref);
  if (found.kind === 'take') {
    const { name, path } = found.take;
    return { name, path, sha256: await hashFile(path), start: 0, end: null };
  }
  const { sound } = found;
  await requireUnchanged(sound);
  const { path, start, part } = sound;
  const sha256 = sound.sha256 || (await hashFile(path));
  return { name: basename(path), path, sha256, start, end: part === 'file' ? null : sound.end };
}
