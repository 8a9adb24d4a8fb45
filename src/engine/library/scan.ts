import { stat } from 'node:fs/promises';
import type { Source } from '../catalogue/sources.ts';
import { analyseFiles } from './analyseFiles.ts';
import { applyCaptions } from './applyCaptions.ts';
import type { UserFacts } from './captionsFile.ts';
import { embedCaptions } from './embedCaptions.ts';
import { findMoved } from './findMoved.ts';
import { listSource } from './listSource.ts';
import type { SourceListing } from './listSource.ts';
import { readFiles } from './readFiles.ts';
import { emptyTally, failureOf } from './scanContext.ts';
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
 * @param listing to list only a part of the folder; what is listed already is read and analysed wherever it is
 * @throws RefoleyError `cancelled`, or what ends any scan: the catalogue cannot be written, no inference
 */
export async function scanSource(
  context: ScanContext,
  source: Source,
  captions: ReadonlyMap<string, UserFacts>,
  listing?: SourceListing,
): Promise<ScanReport> {
  const began = performance.now();
  const tally = emptyTally();
  const total = await readSource(context, source, captions, tally, listing);
  await hearSource(context, source, tally);

  const { added, updated, lost, failed } = tally;
  return {
    added: added.size,
    updated: updated.size,
    unchanged: Math.max(0, total - added.size - updated.size - lost.size),
    missing: context.catalogue.files.countMissing(source.id),
    failed: [...failed.values()],
    seconds: (performance.now() - began) / 1000,
  };
}

/**
 * The first two stages: what is there, and what each file says about itself.
 *
 * @returns as {@link listSource}
 */
export async function readSource(
  context: ScanContext,
  source: Source,
  captions: ReadonlyMap<string, UserFacts>,
  tally: Tally,
  listing?: SourceListing,
): Promise<number> {
  // 1. What is there: found by its name from now on.
  const total = await listSource(context, source, tally, listing);
  await findMoved(context, source, tally);
  // 2. What each file says about itself, and what the user says about it: found by its words.
  await readFiles(context, source, tally, listing?.part === undefined);
  applyCaptions(context, source, captions, tally);
  return total;
}

/**
 * The third stage: what captions mean, what each file sounds like, and what it may be; ready to lead takes. A drive that was
 * pulled is one failure, not one for each of its files.
 */
export async function hearSource(context: ScanContext, source: Source, tally: Tally): Promise<void> {
  if (await isLost(context, source, tally)) return;
  await embedCaptions(context, source);
  await analyseFiles(context, source, tally);
  if (await isLost(context, source, tally)) return;
  // The starter library has its words, and a first take is not to wait for the names of all categories.
  if (source.kind !== 'starter') await suggestForSource(context, source);
}

/** Whether the source's folder cannot be reached: it is offline from then on, and its files' failures are its own. */
async function isLost({ catalogue }: ScanContext, source: Source, tally: Tally): Promise<boolean> {
  try {
    await stat(source.path);
    return false;
  } catch (cause) {
    for (const { path, kind } of tally.failed.values())
      if (kind === 'not-found' || kind === 'unavailable') tally.failed.delete(path);
    tally.failed.set(source.path, failureOf(source.path, cause));
    catalogue.sources.setOffline(source.id, true);
    return true;
  }
}
