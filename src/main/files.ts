import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { copyAllInto } from '#engine/files/copyInto.ts';

/** Milliseconds that a copy for another program is kept: it may read the file long after the drop. */
const KEPT = 7 * 24 * 3600 * 1000;

/**
 * Copies of files for other programs. A take of the app can be deleted or renamed, so a DAW is given a copy that stays
 * until the user has had a week to save the project; then a start of the app takes it away.
 */
export function createHandedOut(folder: string) {
  return {
    copies: (paths: readonly string[]): Promise<string[]> => copyAllInto(folder, paths),
    async tidy(now = Date.now()): Promise<void> {
      for (const name of await readdir(folder).catch(() => [])) {
        const path = join(folder, name);
        const { atimeMs, ctimeMs } = await stat(path);
        if (now - Math.max(atimeMs, ctimeMs) > KEPT) await rm(path, { force: true });
      }
    },
  };
}
