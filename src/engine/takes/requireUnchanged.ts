import { stat } from 'node:fs/promises';
import { RefoleyError } from '#core/errors.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import { hashFile } from '../library/hashFile.ts';

/**
 * Makes sure that a neighbour's file still holds what the catalogue says, for the recipe will name its hash. The file is
 * only read again when its size or date has changed.
 * @throws RefoleyError 'not-found' when the file is gone or holds something else
 */
export async function requireUnchanged(sound: StoredSound): Promise<void> {
  const facts = await stat(sound.path).catch(() => undefined);
  if (!facts) throw new RefoleyError('not-found', `${sound.path} is gone: run \`library rescan\``);
  if (facts.size === sound.bytes && Math.trunc(facts.mtimeMs) === sound.mtimeMs) return;
  if ((await hashFile(sound.path)) === sound.sha256) return;
  throw new RefoleyError('not-found', `${sound.path} has changed since it was added: run \`library rescan\``);
}
