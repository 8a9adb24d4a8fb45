import { stat } from 'node:fs/promises';
import { RefoleyError } from '#core/errors.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import { hashFile } from '../files/hashFile.ts';

/**
 * Whether a sound's file still holds what the catalogue says, for a recipe will name its hash. The file is only read
 * again when its size or date has changed.
 */
export async function isUnchanged(sound: StoredSound): Promise<boolean> {
  const facts = await stat(sound.path).catch(() => undefined);
  if (!facts) return false;
  if (facts.size === sound.bytes && Math.trunc(facts.mtimeMs) === sound.mtimeMs) return true;
  return (await hashFile(sound.path)) === sound.sha256;
}

/** @throws RefoleyError 'not-found' when the file is gone or holds something else than the catalogue says */
export async function requireUnchanged(sound: StoredSound): Promise<void> {
  if (await isUnchanged(sound)) return;
  throw new RefoleyError(
    'not-found',
    `${sound.path} is gone or has changed since it was added: run \`library rescan\``,
  );
}
