import type { ListedFile } from '../catalogue/file.ts';
import { parentOf } from './scanPart.ts';

/** Tells files that are still being written from those that are complete, by looking twice. */
export interface StillFiles {
  /** Whether the file was the same some time ago; if not, its folder is among those to look at again. */
  readonly isStill: (file: ListedFile) => boolean;
  /** The folders to look at again after the time that a file must be still, which are forgotten then. */
  takeFolders(): ReadonlySet<string>;
}

/** Looks at files that were never looked at again, which have gone, are forgotten after so many times. */
const FORGOTTEN_AFTER = 20;

/**
 * By size and date as the folder shows them, at two looks of our own clock: a file server's may differ from it.
 *
 * @param still milliseconds for which a file must not have changed
 */
export function createStillFiles(still: number): StillFiles {
  const looks = new Map<string, { readonly bytes: number; readonly mtimeMs: number; readonly at: number }>();
  let again = new Set<string>();
  return {
    isStill({ relativePath, bytes, mtimeMs }) {
      const now = performance.now();
      const earlier = looks.get(relativePath);
      const isSame = earlier?.bytes === bytes && earlier.mtimeMs === mtimeMs;
      if (isSame && now - earlier.at >= still) {
        looks.delete(relativePath);
        return true;
      }
      if (!isSame) looks.set(relativePath, { bytes, mtimeMs, at: now });
      again.add(parentOf(relativePath));
      return false;
    },
    takeFolders() {
      const taken = again;
      again = new Set();
      const oldest = performance.now() - FORGOTTEN_AFTER * still;
      for (const [path, { at }] of looks) if (at < oldest) looks.delete(path);
      return taken;
    },
  };
}
