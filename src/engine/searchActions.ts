import { RefoleyError } from '#core/errors.ts';
import type { HearingManifest, PartName } from '#core/pack/manifest.ts';
import { textParts } from '#core/pipeline/ears.ts';
import { towards } from '#core/retrieval/relevanceFeedback.ts';
import { parseSearchQuery } from '#core/text/searchQuery.ts';
import type { SoundOrder } from '#core/text/soundOrder.ts';
import { publicSound, type Sound } from './catalogue/sound.ts';
import { allOf } from './catalogue/soundFilter.ts';
import type { SourceTally } from './catalogue/sources.ts';
import type { EngineContext, Library, Work } from './context.ts';
import { askedSound, notAsked, type AskedSound, type Ears } from './library/askedSound.ts';
import { conditionOf, searchLibrary, similarSounds, type Page, type SearchPage } from './library/search.ts';
import { requireMode, requireQuery } from './library/searchRequest.ts';
import { noteUnheard } from './library/noteUnheard.ts';
import { requireSource } from './library/sources.ts';

export interface SearchReport extends SearchPage {
  readonly offset: number;
  /** Milliseconds of the search itself, with the models loaded. */
  readonly ms: number;
}

export interface SearchOptions extends Page {
  /** One of `searchModes`. */
  readonly mode: string;
  readonly diverse?: boolean | undefined;
}

export interface SimilarOptions extends Page {
  /** Sounds that are wanted and unwanted too: ids or files. */
  readonly more?: readonly string[] | undefined;
  readonly less?: readonly string[] | undefined;
  /** Seconds: only this stretch of the file is meant. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  /** Fields of the query language, such as `cat:doors dur:<2s`. */
  readonly filter?: string | undefined;
  /** Lists all parts of a file that are near, not only the nearest. */
  readonly parts?: boolean | undefined;
}

export interface ListOptions {
  readonly source?: string | undefined;
  readonly filter?: string | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

export interface SearchActions {
  search(text: string, options: SearchOptions, work: Work): Promise<SearchReport>;
  /** @param reference id of a sound, or a file, which need not be in the library */
  similar(reference: string, options: SimilarOptions, work: Work): Promise<SearchReport>;
  list(options: ListOptions, work: Work): Promise<Sound[]>;
  /** A stretch of all that passes a filter, in an order, with how many there are; for lists that are leafed through. */
  browse(options: BrowseOptions, work: Work): Promise<{ results: Sound[]; total: number }>;
  /** The ids alone of such a stretch. */
  browseIds(options: BrowseOptions, work: Work): Promise<Int32Array<ArrayBuffer>>;
  /** Those of the ids that are sounds, as they are listed. */
  sounds(ids: readonly number[], work: Work): Promise<Sound[]>;
  /** Folders with how many files they have and how far those are. */
  sources(): Promise<SourceTally[]>;
  /** How many sounds there are; the starter library is in place then. */
  count(work: Work): Promise<{ readonly sounds: number }>;
}

export interface BrowseOptions {
  readonly filter: string;
  readonly order: SoundOrder;
  readonly limit: number;
  readonly offset: number;
}

export function createSearchActions(context: EngineContext): SearchActions {
  const prepare = async (parts: (manifest: HearingManifest) => readonly PartName[]) => {
    const { folder, manifest } = await context.hearing();
    await context.ears.run('prepare', { hearing: folder, parts: parts(manifest) });
  };

  const stretch = async ({ filter, order, limit, offset }: BrowseOptions, work: Work) => {
    requirePage({ limit, offset });
    const condition = requireFilter(filter);
    const { catalogue } = await context.library(work);
    const ids = catalogue.browsing.ids(condition, order);
    return { ids, shown: ids.subarray(offset, offset + limit) };
  };
  const soundsOf = async (ids: readonly number[], work: Work): Promise<Sound[]> => {
    const { catalogue } = await context.library(work);
    const sounds = new Map(catalogue.sounds.byIds(ids).map((sound) => [sound.id, publicSound(sound)]));
    return ids.flatMap((id) => sounds.get(id) ?? []);
  };

  return {
    async search(text, { mode: requested, limit, offset = 0, diverse }, work) {
      requirePage({ limit, offset });
      const mode = requireMode(requested);
      const { meaning } = requireQuery(text);
      const library = await context.library(work);
      noteUnheard(library.catalogue, await context.hearing(), context.warn);
      const embeds = mode !== 'words' && meaning !== '';
      if (embeds) await prepare(textParts);
      const began = performance.now();
      const vector = embeds ? (await library.analyser.embedTexts([meaning]))[0] : undefined;
      const found = await searchLibrary(library, { text, vector, mode, limit, offset, diverse });
      return { ...found, offset, ms: performance.now() - began };
    },

    async similar(reference, options, work) {
      const { more = [], less = [], start, end, filter = '', parts = false, limit, offset = 0 } = options;
      requirePage({ limit, offset });
      requireRegion(start, end);
      const narrowed = requireFilter(filter);
      const library = await context.library(work);
      noteUnheard(library.catalogue, await context.hearing(), context.warn);
      let began = performance.now();
      const ears = earsOf(library, async () => {
        await prepare(() => ['clapAudio']);
        // Loading a model is no part of the search.
        began = performance.now();
      });
      const region = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
      const wanted = [await askedSound(ears, reference, region), ...(await askedSounds(ears, more))];
      const unwanted = await askedSounds(ears, less);
      const vector = towards(vectorsOf(wanted), vectorsOf(unwanted));
      const condition = allOf(narrowed, notAsked([...wanted, ...unwanted], parts));
      const found = await similarSounds(library, { vector, condition, limit, offset, parts });
      return { ...found, offset, ms: performance.now() - began };
    },

    async list({ source, filter, limit, offset }, work) {
      requirePage({ limit, offset });
      const condition = filter === undefined ? undefined : requireFilter(filter);
      const { catalogue } = await context.library(work);
      const sourceId = source === undefined ? undefined : requireSource(catalogue, source).id;
      return catalogue.sounds.list({ sourceId, condition, limit, offset }).map(publicSound);
    },

    async browse(options, work) {
      const { ids, shown } = await stretch(options, work);
      return { results: await soundsOf([...shown], work), total: ids.length };
    },
    browseIds: async (options, work) => (await stretch(options, work)).shown.slice(),
    sounds: soundsOf,

    sources: async () => (await context.catalogue()).sources.tallies(),

    async count(work) {
      const { catalogue } = await context.library(work);
      return { sounds: catalogue.sounds.count() };
    },
  };
}

/** Loads the model when something must be listened to, once. */
function earsOf({ catalogue, model, analyser }: Library, prepare: () => Promise<void>): Ears {
  let ready: Promise<void> | undefined;
  return {
    catalogue,
    model,
    async embed(samples, sampleRate) {
      await (ready ??= prepare());
      return analyser.embedAudio(samples, sampleRate);
    },
  };
}

async function askedSounds(ears: Ears, references: readonly string[]): Promise<AskedSound[]> {
  const asked: AskedSound[] = [];
  for (const reference of references) asked.push(await askedSound(ears, reference));
  return asked;
}

function vectorsOf(asked: readonly AskedSound[]): Float32Array[] {
  return asked.map(({ vector }) => vector);
}

function requirePage({ limit = 1, offset = 0 }: Pick<ListOptions, 'limit' | 'offset'>): void {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new RefoleyError('input', 'the limit must be a whole number of at least 1');
  if (!Number.isSafeInteger(offset) || offset < 0)
    throw new RefoleyError('input', 'the offset must be a whole number of at least 0');
}

function requireRegion(start = 0, end = Infinity): void {
  if (start >= 0 && end > start) return;
  throw new RefoleyError('input', `from ${start} to ${end} s is no stretch of a sound: end after the start`);
}

/** Words rank nothing here: they would be a filter that people take for a search. */
function requireFilter(text: string) {
  const { groups } = parseSearchQuery(text);
  if (groups.length === 0) return conditionOf(text);
  const word = groups[0]?.[0]?.words.join(' ') ?? '';
  throw new RefoleyError(
    'input',
    `"${word}" is no filter: write fields such as cat:doors, dur:<2s or is:fav, or use "library search"`,
  );
}
