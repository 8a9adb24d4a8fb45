import { join, resolve } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import { ucsByCategory } from '#core/text/ucs.ts';
import { categoryCatIds } from '#core/text/ucsSynonyms.ts';
import type { Suggested } from '../catalogue/suggestions.ts';
import type { EngineContext, Library, Work } from '../context.ts';
import { writeFileAtomic } from '../files/replaceFile.ts';
import { coverLibrary } from './coverageReport.ts';
import type { CoverageReport } from './coverageReport.ts';
import { findDuplicates } from './duplicates.ts';
import type { DuplicateGroup } from './duplicates.ts';
import { mapPart } from './mapPart.ts';
import type { MapPart } from './mapPart.ts';
import { mapPoints } from './mapPoints.ts';
import { mapLibrary } from './soundMap.ts';
import type { SoundMap } from './soundMap.ts';
import { suggestForSource } from './suggest.ts';
import { acceptSuggestions } from './suggestAccept.ts';
import type { AcceptReport, AcceptRequest } from './suggestAccept.ts';
import { categoryPrompts } from './suggestPrompts.ts';

/** A sound that nobody has put into a category, and what it may be. */
export interface SuggestedSound extends Suggested {
  readonly id: number;
  readonly path: string;
  readonly caption: string;
}

export interface CoverageRequest {
  /** As in `cat:` of a search: a UCS category, a CatID, a CatShort; all unless given. */
  readonly category?: string | undefined;
  /** Only CatIDs with no near sounds or few. */
  readonly thin?: boolean | undefined;
}

/** What the library knows by listening to it. */
export interface HearActions {
  /** Sounds with a suggestion at least so sure, the surest first; brought up to date before. */
  suggestions(
    options: { readonly atLeast: number; readonly limit?: number | undefined },
    work: Work,
  ): Promise<SuggestedSound[]>;
  /** Makes suggestions the user's decisions; see `acceptSuggestions`. */
  accept(request: AcceptRequest, work: Work): Promise<AcceptReport>;
  /** Files that hold the same; see `findDuplicates`. */
  duplicates(options: { readonly near?: boolean | undefined }, work: Work): Promise<DuplicateGroup[]>;
  /** Where the library is thin; see `coverLibrary`. */
  coverage(request: CoverageRequest, work: Work): Promise<CoverageReport>;
  /** Where the sounds lie by how they sound; see `mapLibrary`. */
  map(work: Work): Promise<SoundMap>;
  /** A stretch of the map from a row on; see `mapPart`. */
  mapPart(from: number, work: Work): Promise<MapPart>;
  /** Writes the map as JSON: `{epoch, explained, points: [{id, x, y}]}`. */
  writeMap(path: string, work: Work): Promise<MapFile>;
}

export interface MapFile extends Pick<SoundMap, 'epoch' | 'explained'> {
  /** Absolute. */
  readonly path: string;
  readonly sounds: number;
}

export function createHearActions(context: EngineContext): HearActions {
  const map = async (work: Work) => {
    const { catalogue, model } = await context.library(work);
    const onProgress = (done: number, of: number) => work.onProgress?.({ stage: 'map', done, of });
    return mapLibrary({ catalogue, model, signal: work.signal, onProgress });
  };
  return {
    async suggestions({ atLeast, limit }, work) {
      requireConfidence(atLeast);
      if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1))
        throw new RefoleyError('input', 'the limit must be a whole number of at least 1');
      const library = await context.library(work);
      await bringUpToDate(library, work);
      const { catalogue, model } = library;
      const ids = catalogue.suggestions.surest(model, atLeast, limit);
      const sounds = new Map(catalogue.sounds.byIds(ids).map((sound) => [sound.id, sound]));
      return ids.flatMap((id) => {
        const sound = sounds.get(id);
        if (!sound) return [];
        return [{ id, path: sound.path, caption: sound.caption, ...catalogue.suggestions.get(id, model) }];
      });
    },
    async accept(request, work) {
      requireConfidence(request.atLeast);
      const library = await context.library(work);
      await bringUpToDate(library, work);
      return acceptSuggestions(library.catalogue, library.model, request);
    },
    async duplicates(options, work) {
      const { catalogue, indexes, model } = await context.library(work);
      const peaksFolder = join(context.dataFolder, 'peaks');
      return findDuplicates({ catalogue, indexes, model, peaksFolder, signal: work.signal }, options);
    },
    async coverage({ category, thin }, work) {
      const wanted = category === undefined ? undefined : requireCategory(category);
      const { catalogue, analyser, indexes } = await context.library(work);
      const { signal, onProgress } = work;
      const prompts = await categoryPrompts({
        ...{ catalogue, analyser, signal },
        onProgress: ({ stage, done, total }) =>
          onProgress?.({ stage: 'library', part: stage, done, of: total }),
      });
      const index = await indexes.get('audio');
      const report = await coverLibrary({ catalogue, analyser, index, prompts, signal });
      return narrowed(report, wanted, thin ?? false);
    },
    map,
    async mapPart(from, work) {
      const { catalogue, model } = await context.library(work);
      return mapPart(catalogue, model, await map(work), from);
    },
    async writeMap(path, work) {
      const found = await map(work);
      const file = resolve(path);
      await writeFileAtomic(file, JSON.stringify(mapPoints(found)));
      return { path: file, epoch: found.epoch, explained: found.explained, sounds: found.ids.length };
    },
  };
}

/** What is suggested for a sound at present. */
export function suggestedFor({ catalogue, model }: Library, soundId: number): Suggested {
  return catalogue.suggestions.get(soundId, model);
}

async function bringUpToDate({ catalogue, analyser, indexes }: Library, { signal }: Work): Promise<void> {
  for (const source of catalogue.sources.all())
    await suggestForSource({ catalogue, analyser, indexes, signal }, source);
}

/** The verdicts are counted over what is left. */
function narrowed(
  report: CoverageReport,
  wanted: ReadonlySet<string> | undefined,
  thin: boolean,
): CoverageReport {
  if (!wanted && !thin) return report;
  const categories = report.categories
    .map((category) => ({
      ...category,
      subcategories: category.subcategories.filter(
        ({ catId, verdict }) =>
          (!wanted || wanted.has(catId)) && (!thin || verdict === 'none' || verdict === 'thin'),
      ),
    }))
    .filter(({ subcategories }) => subcategories.length > 0);
  const verdicts = { none: 0, thin: 0, fair: 0, good: 0 };
  for (const { subcategories } of categories) for (const { verdict } of subcategories) verdicts[verdict]++;
  return { ...report, categories, verdicts };
}

function requireCategory(value: string): ReadonlySet<string> {
  const catIds = categoryCatIds(value);
  if (catIds.length > 0) return new Set(catIds);
  const known = [...ucsByCategory().keys()].join(', ');
  throw new RefoleyError('input', `${value} is no category of the UCS: take a CatID or one of ${known}`);
}

function requireConfidence(value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new RefoleyError('input', 'the least confidence must be between 0 and 1');
}
