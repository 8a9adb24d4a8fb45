import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sweepTemporaryFiles, temporaryFor } from './replaceFile.ts';

/**
 * Deletes a folder of what can be made again, while others go on: it has lost its name when this returns, so what is written under that
 * from then on stays. One that something holds is left for the next time.
 */
export async function discardFolder(path: string): Promise<void> {
  const old = temporaryFor(path);
  await rename(path, old).catch(() => undefined);
  void rm(old, { recursive: true, force: true })
    .catch(() => undefined)
    // What a program that ended meanwhile left.
    .then(() => sweepTemporaryFiles(dirname(path)))
    .catch(() => undefined);
}
