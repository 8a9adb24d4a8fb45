import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { sep } from 'node:path';
import type { FolderToList } from './listFiles.ts';
import { isInTree, isWithin } from './scanPart.ts';
import type { ScanPart } from './scanPart.ts';

export interface FolderEvents {
  /** A name in the folder has come, gone or been renamed (`named`), or what is under it has changed. Path within the source. */
  onChange(path: string, named: boolean): void;
  /** Something in the folder has changed, and the system does not say what. */
  onFolder(folder: string): void;
  /** The system watches no more folders, or one no longer. */
  onTrouble(cause: unknown): void;
}

/** The folders of a source that the system tells about. */
export interface FolderWatch {
  /** Watches a folder that is about to be listed, anew where it was watched: it may be another one of that name. */
  add(folder: FolderToList): void;
  /** Lets go of the folders of a part, or of the whole source, that were not listed this time. */
  keep(part: ScanPart | undefined, listed: ReadonlySet<string>): void;
  close(): void;
}

/** macOS and Windows tell about all that is below a folder through one handle; Linux has one watch a folder. */
const RECURSIVE = process.platform === 'darwin' || process.platform === 'win32';

/**
 * Watches the folders that a listing goes through, so that what is watched and what is listed are the same, links and
 * renamed folders included; see docs/adr/0009-watching.md.
 */
export function watchFolders(events: FolderEvents): FolderWatch {
  const watchers = new Map<string, FSWatcher>();

  function open(folder: string, real: string): FSWatcher {
    const watcher = watch(real, { recursive: RECURSIVE, persistent: false }, (type, name) => {
      if (name === null) {
        events.onFolder(folder);
        return;
      }
      const path = name.split(sep).join('/');
      events.onChange(folder === '' ? path : `${folder}/${path}`, type === 'rename');
    });
    return watcher.on('error', (cause) => {
      close(folder);
      events.onTrouble(cause);
    });
  }

  function close(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  }

  /** Whether a handle above tells about it already; that of the source tells nothing of where links lead. */
  const isCovered = ({ path, isOutside }: FolderToList): boolean =>
    RECURSIVE &&
    [...watchers.keys()].some(
      (above) => above !== path && isWithin(path, above) && !(isOutside && above === ''),
    );

  return {
    add(folder) {
      const { path, real } = folder;
      if (isCovered(folder)) return;
      const earlier = watchers.get(path);
      try {
        watchers.set(path, open(path, real));
      } catch (cause) {
        watchers.delete(path);
        // A folder that has gone meanwhile is no trouble.
        if (!isGone(cause)) events.onTrouble(cause);
      }
      // After the new one, so that nothing is missed.
      earlier?.close();
    },
    keep(part, listed) {
      for (const folder of [...watchers.keys()]) {
        const inPart = !part || part.folders.has(folder) || isInTree(folder, part);
        if (inPart && !listed.has(folder)) close(folder);
      }
    },
    close() {
      for (const folder of [...watchers.keys()]) close(folder);
    },
  };
}

function isGone(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
