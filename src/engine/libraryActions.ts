import { RefoleyError } from '#core/errors.ts';
import { parseSearchQuery } from '#core/text/searchQuery.ts';
import { mixdown } from '#core/dsp/mixdown.ts';
import type { PartName } from '#core/pack/manifest.ts';
import { publicSound, type Sound } from './catalogue/sound.ts';
import type { EngineContext, Library, Work } from './context.ts';
import type { Suggested } from './catalogue/suggestions.ts';
import { decodeFile } from './library/decode.ts';
import { hashFile } from './library/hashFile.ts';
import { createHearActions, suggestedFor, type HearActions } from './library/hearActions.ts';
import type { ScanReport } from './library/scan.ts';
import type { ScanContext } from './library/scanContext.ts';
import {
  searchLibrary,
  searchModes,
  similarSounds,
  type SearchMode,
  type SearchResult,
} from './library/search.ts';
import { addSource, removeSource, requireSource, rescan, type AddOptions } from './library/sources.ts';
import { verifyLibrary } from './library/verify.ts';
import { verifiedLibrary, type VerifiedLibrary } from './verifiedLibrary.ts';

/** Seconds of a file that are decoded to find its like; the audio tower listens to fewer. */
const LISTENED = 60;

export interface SearchReport {
  readonly results: readonly SearchResult[];
  /** Milliseconds of the search itself, with the models loaded. */
  readonly ms: number;
}

/** A sound, with what it may be where nobody has said what it is. */
export interface ShownSound extends Sound {
  readonly suggested: Suggested;
}

export interface LibraryActions extends HearActions {
  /** Adds a folder, or brings it up to date. */
  add(folder: string, options: Pick<AddOptions, 'captions'>, work: Work): Promise<ScanReport>;
  /** Brings one source up to date, or all of them. */
  rescan(folder: string | undefined, work: Work): Promise<ScanReport>;
  /** Takes a source out of the library; its files stay. */
  remove(folder: string, work: Work): Promise<ScanReport & { readonly removed: number }>;
  /** Checks the catalogue and every file in it; changes nothing. */
  verify(work: Work): Promise<VerifiedLibrary>;
  search(
    text: string,
    options: { readonly mode: string; readonly limit: number },
    work: Work,
  ): Promise<SearchReport>;
  /** The sounds nearest to a file's, which need not be in the library. */
  similar(file: string, limit: number, work: Work): Promise<SearchReport>;
  list(
    options: { readonly source?: string | undefined; readonly limit?: number | undefined },
    work: Work,
  ): Promise<Sound[]>;
  show(id: number, work: Work): Promise<ShownSound>;
}

export function createLibraryActions(context: EngineContext): LibraryActions {
  const scanContext = (
    { catalogue, analyser, indexes }: Library,
    { signal, onProgress }: Work,
  ): ScanContext => ({
    catalogue,
    analyser,
    indexes,
    signal,
    onProgress: ({ stage, done, total, left }) =>
      onProgress?.({ stage: 'library', part: stage, done, of: total, left }),
  });

  const prepare = async (parts: readonly PartName[]) =>
    context.inference.run('prepare', { pack: (await context.pack()).folder, parts });

  return {
    ...createHearActions(context),
    async add(folder, options, work) {
      return addSource(scanContext(await context.library(work), work), folder, options);
    },
    async rescan(folder, work) {
      const library = await context.library(work);
      const sources = folder === undefined ? undefined : [requireSource(library.catalogue, folder)];
      return rescan(scanContext(library, work), sources);
    },
    async remove(folder, work) {
      const { catalogue } = await context.library(work);
      const began = performance.now();
      const { removed } = removeSource(catalogue, folder);
      const seconds = (performance.now() - began) / 1000;
      return { added: 0, updated: 0, unchanged: 0, missing: 0, removed, failed: [], seconds };
    },
    async verify(work) {
      const library = await context.library(work);
      const began = performance.now();
      const scan = { ...scanContext(library, work), model: library.model };
      const report = await verifyLibrary(scan, library.indexes);
      return verifiedLibrary(report, (performance.now() - began) / 1000);
    },
    async search(text, { mode: requested, limit }, work) {
      requireLimit(limit);
      const mode = requireMode(requested);
      if (text.trim() === '')
        throw new RefoleyError('input', 'there is nothing to search for: describe a sound');
      const library = await context.library(work);
      if (mode !== 'words') await prepare(['textEncoder', 'clapText']);
      const began = performance.now();
      const { meaning } = parseSearchQuery(text);
      const vector =
        mode === 'words' || meaning === '' ? undefined : (await library.analyser.embedTexts([meaning]))[0];
      const results = await searchLibrary(library, { text, vector, mode, limit });
      return { results, ms: performance.now() - began };
    },
    async similar(file, limit, work) {
      requireLimit(limit);
      const { channels, sampleRate } = await decodeFile(file, undefined, LISTENED);
      const sha256 = await hashFile(file);
      const library = await context.library(work);
      await prepare(['clapAudio']);
      const began = performance.now();
      const vector = await library.analyser.embedAudio(mixdown(channels), sampleRate);
      const results = await similarSounds(library, vector, limit, sha256);
      return { results, ms: performance.now() - began };
    },
    async list({ source, limit }, work) {
      if (limit !== undefined) requireLimit(limit);
      const { catalogue } = await context.library(work);
      const sourceId = source === undefined ? undefined : requireSource(catalogue, source).id;
      const filter = {
        ...(sourceId === undefined ? {} : { sourceId }),
        ...(limit === undefined ? {} : { limit }),
      };
      return catalogue.sounds.list(filter).map(publicSound);
    },
    async show(id, work) {
      const library = await context.library(work);
      const sound = library.catalogue.sounds.byId(id);
      if (!sound) throw new RefoleyError('not-found', `there is no sound ${id}: see \`library list\``);
      return { ...publicSound(sound), suggested: suggestedFor(library, id) };
    },
  };
}

function requireMode(requested: string): SearchMode {
  const mode = searchModes.find((known) => known === requested);
  if (mode) return mode;
  throw new RefoleyError('input', `the search mode must be one of ${searchModes.join(', ')}`);
}

function requireLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1) return;
  throw new RefoleyError('input', 'the limit must be a whole number of at least 1');
}
