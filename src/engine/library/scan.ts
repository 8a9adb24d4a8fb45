import type { Source } from '../catalogue/sources.ts';
import { analyseFiles } from './analyseFiles.ts';
import { applyCaptions } from './applyCaptions.ts';
import type { UserFacts } from './captionsFile.ts';
import { embedCaptions } from './embedCaptions.ts';
import { findMoved } from './findMoved.ts';
import { listSource } from './listSource.ts';
import { readFiles } from './readFiles.ts';
import type { ScanContext, ScanFailure, Tally } from './scanContext.ts';
import { suggestForSource } from './suggest.ts';

/** Counts of files. */
export interface ScanReport {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  /** In the catalogue and not in the folder. */
  readonly missing: number;
  readonly failed: readonly ScanFailure[];
  readonly seconds: number;
}

/**
 * Brings the catalogue up to date with a source's folder. A file that fails is reported, and the rest goes on; a
 * scan that is cancelled or killed goes on where it stopped when it is run again.
 *
 * @param captions the user's words, by path within the source
 * @throws RefoleyError `cancelled`, or what ends any scan: the catalogue cannot be written, no inference
 */
export async function scanSource(
  context: ScanContext,
  source: Source,
  captions: ReadonlyMap<string, UserFacts>,
): Promise<ScanReport> {
  const began = performance.now();
  const tally: Tally = { added: new Set(), updated: new Set(), lost: new Set(), failed: new Map() };
  // 1. What is there: found by its name from now on.
  const total = await listSource(context, source, tally);
  await findMoved(context, source, tally);
  // 2. What each file says about itself, and what the user says about it: found by its words and their meaning.
  await readFiles(context, source, tally);
  applyCaptions(context, source, captions, tally);
  await embedCaptions(context, source);
  // 3. What each file sounds like: found by its like, and ready to lead takes.
  await analyseFiles(context, source, tally);
  await suggestForSource(context, source);

  const { added, updated, lost, failed } = tally;
  return {
    added: added.size,
    updated: updated.size,
    unchanged: total - added.size - updated.size - lost.size,
    missing: context.catalogue.files.countMissing(source.id),
    failed: [...failed.values()],
    seconds: (performance.now() - began) / 1000,
  };
}
