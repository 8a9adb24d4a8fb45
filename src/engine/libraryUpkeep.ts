import { resolve } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import type { BackupReport, RestoreReport } from './catalogue/backup.ts';
import type { EngineContext, Work } from './context.ts';
import { requireSource } from './library/sources.ts';
import { watchLibrary, type LibraryChange, type LibraryWatch } from './library/watch.ts';
import { scanContextOf } from './scanContextOf.ts';
import { catalogueFile } from './openCatalogueOf.ts';

export interface WatchRequest {
  /** Folders of the library; all of them, as they are at any time, unless given. */
  readonly folders?: readonly string[] | undefined;
  readonly onChange: (change: LibraryChange) => void;
  /** Takes one line about a folder that cannot be watched as it should. */
  readonly onWarning?: ((line: string) => void) | undefined;
  /** Seconds between rescans of everything; a quarter of an hour unless given. */
  readonly every?: number | undefined;
  /** Awaited between files; see ScanContext. */
  readonly gate?: (() => Promise<void>) | undefined;
}

/** What keeps a library in step with its folders, and safe. */
export interface LibraryUpkeep {
  /** Keeps the catalogue in step with its folders until `work.signal`; see `watchLibrary`. */
  watch(request: WatchRequest, work: Work): Promise<LibraryWatch>;
  /** Copies the catalogue into one file while it is in use; see `backUpCatalogue`. */
  backup(file: string, work: Work): Promise<BackupReport>;
  /** Puts a backup in the catalogue's place; nobody may have the library open. See `restoreCatalogue`. */
  restore(file: string): Promise<RestoreReport>;
}

/** A rescan of a large library takes seconds. */
const MIN_EVERY = 10;
/** Days, of what a timer can wait for. */
const MAX_EVERY = 7 * 24 * 60 * 60;

export function createLibraryUpkeep(context: EngineContext): LibraryUpkeep {
  return {
    async watch({ folders, onChange, onWarning = context.warn, every, gate }, work) {
      if (every !== undefined && !(every >= MIN_EVERY && every <= MAX_EVERY))
        throw new RefoleyError('input', `seconds between rescans must be ${MIN_EVERY} to ${MAX_EVERY}`);
      const library = await context.library(work);
      return watchLibrary(
        { ...scanContextOf(library, work), gate },
        {
          sources: folders?.map((folder) => requireSource(library.catalogue, folder)),
          ...{ onChange, onWarning },
          timing: every === undefined ? {} : { rescan: every * 1000 },
        },
      );
    },
    async backup(file, { signal, onProgress }) {
      const { backUpCatalogue } = await import('./catalogue/backup.ts');
      return backUpCatalogue(await context.catalogue(), resolve(file), {
        signal,
        onProgress: (done, of) => onProgress?.({ stage: 'backup', done, of }),
      });
    },
    async restore(file) {
      const { restoreCatalogue } = await import('./catalogue/backup.ts');
      return restoreCatalogue(catalogueFile(context.dataFolder), resolve(file));
    },
  };
}
