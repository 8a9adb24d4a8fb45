import type { EngineContext, Library, Work } from './context.ts';
import { createEditActions, type EditActions } from './editActions.ts';
import { createHearActions, type HearActions } from './library/hearActions.ts';
import type { ScanReport } from './library/scan.ts';
import { addSource, removeSource, requireSource, rescan, type AddOptions } from './library/sources.ts';
import { suggestCatIds } from './library/suggestCatIds.ts';
import { verifyLibrary } from './library/verify.ts';
import { scanContextOf } from './scanContextOf.ts';
import { createSearchActions, type SearchActions } from './searchActions.ts';
import { verifiedLibrary, type VerifiedLibrary } from './verifiedLibrary.ts';

export interface LibraryActions extends SearchActions, EditActions, HearActions {
  /** Adds a folder, or brings it up to date. */
  add(folder: string, options: Pick<AddOptions, 'captions'>, work: Work): Promise<ScanReport>;
  /** Brings one source up to date, or all of them. */
  rescan(folder: string | undefined, work: Work): Promise<ScanReport>;
  /** Takes a source out of the library; its files stay. */
  remove(folder: string, work: Work): Promise<ScanReport & { readonly removed: number }>;
  /** CatIDs that a text may mean, the likeliest first. */
  suggestCatIds(text: string, work: Work): Promise<string[]>;
  /** Checks the catalogue and every file in it; changes nothing. */
  verify(work: Work): Promise<VerifiedLibrary>;
}

/** CatIDs to choose from. */
const SUGGESTED = 5;

export function createLibraryActions(context: EngineContext): LibraryActions {
  /** What a scan found is searched at once: the last of its steps brings the indexes up to date. */
  const indexed = async ({ indexes }: Library, { onProgress }: Work, report: ScanReport) => {
    await indexes.settle(onProgress);
    return report;
  };

  return {
    ...createSearchActions(context),
    ...createEditActions(context),
    ...createHearActions(context),
    async add(folder, options, work) {
      const library = await context.library(work);
      return indexed(library, work, await addSource(scanContextOf(library, work), folder, options));
    },
    async rescan(folder, work) {
      const library = await context.library(work);
      const sources = folder === undefined ? undefined : [requireSource(library.catalogue, folder)];
      return indexed(library, work, await rescan(scanContextOf(library, work), sources));
    },
    async remove(folder, work) {
      const { catalogue } = await context.library(work);
      const began = performance.now();
      const { removed } = removeSource(catalogue, folder);
      const seconds = (performance.now() - began) / 1000;
      return { added: 0, updated: 0, unchanged: 0, missing: 0, removed, failed: [], seconds };
    },
    async suggestCatIds(text, work) {
      return suggestCatIds(await context.library(work), text, SUGGESTED);
    },
    async verify(work) {
      const library = await context.library(work);
      const began = performance.now();
      const scan = { ...scanContextOf(library, work), model: library.model };
      const report = await verifyLibrary(scan, library.indexes);
      return verifiedLibrary(report, (performance.now() - began) / 1000);
    },
  };
}
