import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedFile } from '../catalogue/file.ts';
import type { Source } from '../catalogue/sources.ts';
import { soundOf } from './describeSound.ts';
import { listAudioFiles } from './listFiles.ts';
import type { ListOptions, Unlisted } from './listFiles.ts';
import { checkpoint, failureOf } from './scanContext.ts';
import type { ScanContext, Tally } from './scanContext.ts';
import { isPartOf, isWithin } from './scanPart.ts';

/** Files a transaction at most: each costs a flush of the disk and of the full-text index. */
const BATCH = 4096;
/** Milliseconds after which what is listed is written all the same: it is found by name, and its number is shown. */
const WRITTEN_AFTER = 250;

type ListingContext = Omit<ScanContext, 'analyser'>;

export interface SourceListing extends ListOptions {
  /** Whether a new or changed file is written to no more; one that still is, is left as it was. All are unless given. */
  readonly isStill?: ((file: ListedFile) => boolean) | undefined;
}

/**
 * Stage 1 of a scan: what is in the folder, or in a part of it. A new file is in the catalogue at once with the words of its name; one
 * whose size or date has changed is to be read again; one that is gone is marked, unless the folder it lay in cannot be
 * read: a source whose own folder cannot is offline.
 *
 * @returns how many files the catalogue has of the source that are there
 */
export async function listSource(
  context: ListingContext,
  source: Source,
  tally: Tally,
  listing: SourceListing = {},
): Promise<number> {
  const { catalogue, onProgress } = context;
  const seen = new Set<number>();
  const unlisted: Unlisted[] = [];
  let batch: ListedFile[] = [];
  let written = performance.now();
  for await (const folder of listAudioFiles(source.path, listing)) {
    await checkpoint(context, 'listed');
    for (const item of folder.unlisted) {
      const absolute = join(source.path, item.path);
      tally.failed.set(absolute, failureOf(absolute, item.cause));
      unlisted.push(item);
    }
    for (const file of folder.files) {
      batch.push(file);
      if (batch.length === BATCH) write();
    }
    if (performance.now() - written > WRITTEN_AFTER) write();
  }
  write();

  const offline = await isOffline(source, unlisted, tally);
  catalogue.sources.setOffline(source.id, offline);
  if (!offline) markGone();
  return catalogue.files.countPresent(source.id);

  function write(): void {
    written = performance.now();
    if (batch.length === 0) return;
    catalogue.write(() => {
      const fresh = batch.filter((file) => !enter(file));
      const found = fresh.map((file) => ({ file, sound: soundOf(file.relativePath) }));
      for (const id of catalogue.addFiles(source.id, found)) {
        seen.add(id);
        tally.found.add(id);
      }
    });
    batch = [];
    onProgress?.({ stage: 'listed', done: seen.size, total: seen.size });
  }

  /** False for one that is to be added. */
  function enter(file: ListedFile): boolean {
    const known = catalogue.files.state(source.id, file.relativePath);
    const isSame = known?.bytes === file.bytes && known.mtimeMs === file.mtimeMs;
    if (known) seen.add(known.id);
    if (!isSame && listing.isStill?.(file) === false) return true;
    if (!known) return false;
    if (!isSame) {
      catalogue.files.change(known.id, file);
      tally.changed.add(known.id);
    } else if (known.missing !== 0) {
      catalogue.files.setMissing(known.id, false);
      tally.returned.add(known.id);
    }
    return true;
  }

  function markGone(): void {
    const { part } = listing;
    const isSpared = (path: string): boolean =>
      unlisted.some((item) => (item.isFolder ? isWithin(path, item.path) : path === item.path));
    const gone = presentOf(context, source, listing).filter(
      ({ id, path }) => !seen.has(id) && (!part || isPartOf(path, part)) && !isSpared(path),
    );
    if (gone.length === 0) return;
    catalogue.write(() => {
      for (const { id } of gone) {
        catalogue.files.setMissing(id, true);
        tally.gone.add(id);
      }
    });
  }
}

/** The files that the catalogue has of what was listed, and perhaps more. */
function presentOf({ catalogue }: ListingContext, { id }: Source, { part }: SourceListing) {
  if (!part) return catalogue.files.present(id);
  const folders = [...part.folders].flatMap((folder) => catalogue.files.presentIn(id, folder));
  const trees = [...part.trees].flatMap((tree) => catalogue.files.presentBelow(id, tree));
  return [...new Map([...folders, ...trees].map((file) => [file.id, file])).values()];
}

/** Whether the source itself cannot be reached, from the beginning or any more. */
async function isOffline(source: Source, unlisted: readonly Unlisted[], tally: Tally): Promise<boolean> {
  if (unlisted.some(({ path }) => path === '')) return true;
  try {
    await stat(source.path);
    return false;
  } catch (cause) {
    tally.failed.set(source.path, failureOf(source.path, cause));
    return true;
  }
}
