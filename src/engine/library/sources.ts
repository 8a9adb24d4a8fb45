import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { Source, SourceKind } from '../catalogue/sources.ts';
import { fileError } from '../files/fileError.ts';
import { CAPTIONS_FILE, readCaptionsFile } from './captionsFile.ts';
import { scanSource } from './scan.ts';
import type { ScanReport } from './scan.ts';
import { failureOf } from './scanContext.ts';
import type { ScanContext, ScanFailure } from './scanContext.ts';

export interface AddOptions {
  /** Captions CSV; `captions.csv` in the folder unless given. */
  readonly captions?: string | undefined;
  /** `starter` for the sounds that ship with the app. */
  readonly kind?: SourceKind | undefined;
}

/**
 * Adds a folder to the library, or brings it up to date when it is there already.
 *
 * @throws RefoleyError `not-found` or `input` when it is no folder or the captions cannot be read; see scanSource
 */
export async function addSource(
  context: ScanContext,
  folder: string,
  options: AddOptions = {},
): Promise<ScanReport> {
  const path = resolve(folder);
  await requireFolder(path);
  const captions = options.captions === undefined ? null : resolve(options.captions);
  // Read before anything is written: a source with a wrong captions file is not added.
  const words = await readWords(path, captions);
  const source = context.catalogue.write(() =>
    context.catalogue.sources.put(path, options.kind ?? 'folder', captions),
  );
  return scanSource(context, source, words);
}

/** Brings sources up to date; a folder or captions file that is gone is a failure of the report, not the end. */
export async function rescan(
  context: ScanContext,
  sources: readonly Source[] = context.catalogue.sources.all(),
): Promise<ScanReport> {
  const total = { added: 0, updated: 0, unchanged: 0, missing: 0, seconds: 0 };
  const failed: ScanReport['failed'][number][] = [];
  for (const source of sources) {
    const words = await wordsOf(source, (failure) => failed.push(failure));
    const report = await scanSource(context, source, words);
    failed.push(...report.failed);
    for (const key of ['added', 'updated', 'unchanged', 'missing', 'seconds'] as const)
      total[key] += report[key];
  }
  return { ...total, failed };
}

/**
 * Takes a folder out of the library; its files stay.
 *
 * @returns how many sounds were taken out
 * @throws RefoleyError `not-found` when it is not in the library
 */
export function removeSource(catalogue: Catalogue, folder: string): { readonly removed: number } {
  const source = requireSource(catalogue, folder);
  return catalogue.write(() => {
    const before = catalogue.sounds.count();
    catalogue.sources.remove(source.id);
    return { removed: before - catalogue.sounds.count() };
  });
}

/** @throws RefoleyError `not-found` when the folder is not a source */
export function requireSource(catalogue: Catalogue, folder: string): Source {
  const path = resolve(folder);
  const source = catalogue.sources.byPath(path);
  if (source) return source;
  const known = catalogue.sources.all().map((candidate) => candidate.path);
  const choices = known.length === 0 ? 'it has none yet' : `it has ${known.join(', ')}`;
  throw new RefoleyError('not-found', `${path} is not a source of the library: ${choices}`);
}

/** As {@link readWords}; a captions file that cannot be read is a failure, and says nothing. */
export async function wordsOf({ path, captions }: Source, onFailure: (failure: ScanFailure) => void) {
  return readWords(path, captions).catch((cause: unknown) => {
    onFailure(failureOf(captions ?? join(path, CAPTIONS_FILE), cause));
    return new Map<string, never>();
  });
}

/**
 * The user's words about the files of a source, by path within it; none where there is no captions file.
 *
 * @param captions the file; `captions.csv` in the folder where it is null
 * @throws RefoleyError as readCaptionsFile
 */
async function readWords(root: string, captions: string | null) {
  const own = join(root, CAPTIONS_FILE);
  if (captions !== null) return readCaptionsFile(captions, root);
  return existsSync(own) ? readCaptionsFile(own, root) : new Map<string, never>();
}

async function requireFolder(path: string): Promise<void> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw fileError(cause, path);
  });
  if (!facts.isDirectory())
    throw new RefoleyError('input', `${path} is not a folder: add the folder it is in`);
}
