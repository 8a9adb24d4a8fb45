import { randomInt } from 'node:crypto';
import { basename, join } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import type { AskedOperation } from '#core/edit/operations.ts';
import { abilitiesOf } from '#core/pipeline/abilities.ts';
import type { Recipe } from '#core/pipeline/recipe.ts';
import { checkSettings, SHORTEST_TAKE, type RequestedSettings } from '#core/pipeline/settings.ts';
import type { Pin } from '#core/retrieval/selectNeighbours.ts';
import type { FilePart } from '../catalogue/edits.ts';
import type { EngineContext, Work } from '../context.ts';
import { embedPrompt } from '../takes/embedPrompt.ts';
import { findNeighbours } from '../takes/findNeighbours.ts';
import { checkPins, SEEDS } from '../takes/makeTakes.ts';
import { mixedEars } from '../takes/mixedEars.ts';
import { recipeOf } from '../takes/recipeOf.ts';
import { renderTakes } from '../takes/renderTakes.ts';

/** A part of an edited sound that is to be made. */
export interface PartRequest {
  readonly kind: NonNullable<Recipe['canvas']>['kind'];
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** How much of what is there a varied part leaves behind, 0 to 1. */
  readonly strength: number;
  /** Duration, start and format follow from the part. */
  readonly settings: RequestedSettings;
  readonly pins: readonly Pin[];
  readonly bans: readonly number[];
}

/** What an edit has come to, where the part is made. */
export interface EditedSound {
  /** A WAV. */
  readonly file: string;
  readonly seconds: number;
  /** Hz. */
  readonly rate: number;
  readonly source: Pick<FilePart, 'path' | 'sha256'>;
}

/** Where parts are kept that edits have had made: not to be made again, so not to be deleted. */
export function madeFolder(dataFolder: string): string {
  return join(dataFolder, 'made');
}

/** Seconds of the sound on each side that the model sees. */
const CONTEXT = 1.28;
/** Seconds over which a part blends with what it takes the place of. */
const BLEND = 0.02;
/** More than of a take: some leave a hole. */
const CANDIDATES = 4;
/** How much stays of what a gap is bridged with: a fifth better than to begin with noise alone (ADR 15). */
const BRIDGE_SHARE = 0.3;
/** Of a new end with the old one. */
const OVERLAP = 0.1;
/** Rates that takes can have; another is made at the first of them and resampled when it is put in. */
const TAKE_RATES = [48_000, 44_100, 96_000];

/**
 * Makes a part of a sound that fits its surroundings, led by a prompt and its neighbours: what is varied keeps some of what is there
 * (SDEdit), a gap is filled between what is around it, an end goes on from what is before it.
 *
 * @param folder where its file is kept: the edit needs it from now on
 * @returns the operation that puts it in its place, and its file
 * @throws RefoleyError `input` for a part that is too short or too long; those of `findNeighbours` and `renderTakes`
 */
export async function makePart(
  context: EngineContext,
  edited: EditedSound,
  request: PartRequest,
  folder: string,
  work: Work,
): Promise<{ operation: AskedOperation & { op: 'replace' }; part: FilePart }> {
  const began = performance.now();
  const { kind, settings: requested, strength, bans } = request;
  const pack = await context.pack();
  const { longest, begins } = abilitiesOf(pack.manifest);
  if (!begins)
    throw new RefoleyError(
      'input',
      `the pack '${pack.manifest.name}' makes whole sounds only: choose another one for parts of a sound`,
    );
  const { start, end, replaced, crossfade } = placeOf(request, edited.seconds, longest);
  const spare = Math.max(0, (longest - (end - start)) / 2);
  const window = Math.max(0, start - Math.min(CONTEXT, spare));
  const until = Math.min(Math.max(edited.seconds, end), end + Math.min(CONTEXT, spare));

  const pins = checkPins(request.pins, pack.manifest.conditioning.maxNeighbours);
  const seed = requested.seed ?? randomInt(SEEDS);
  const sampleRate = TAKE_RATES.includes(edited.rate) ? edited.rate : TAKE_RATES[0];
  const duration = Math.max(SHORTEST_TAKE, until - window);
  const format = { sampleRate, bits: 32, duration, soundLength: 0, seed };
  // The guided sampler: its twenty steps mend what is put back around the part, which four strides do not.
  const usual = { sampler: pack.manifest.defaults.sampler, candidates: CANDIDATES };
  const checked = checkSettings({ ...usual, ...requested, ...format }, pack.manifest);
  const settings = { ...checked, start: kind === 'vary' ? 1 - strength : BRIDGE_SHARE };

  const library = await context.library(work);
  const embedding = await embedPrompt(library, settings.prompt);
  const retrieved = await findNeighbours(library, embedding, settings, { pins, bans }, context.warn);
  const retrieve = performance.now() - began;

  const { path, sha256 } = edited.source;
  const canvas = { kind, name: basename(path), sha256, start, end, window };
  const ears = await mixedEars(context, pack, settings, work);
  const recipe = { ...recipeOf(settings, retrieved, pack, ears), canvas };
  const sounds = retrieved.neighbours.map(({ sound }) => sound);
  const embeddings = sounds.map(({ id }) => library.catalogue.embeddings.get(id, 'audio', library.model));
  const out = join(folder, `${kind}_${seed}_${Date.now().toString(36)}.wav`);
  const { takes } = await renderTakes(
    context,
    {
      ...{ pack, sounds, embeddings, began, timings: { setup: 0, retrieve } },
      jobs: [
        { recipe, path: out, canvas: { path: edited.file, start, end, window, isGap: kind !== 'vary' } },
      ],
    },
    work,
  );
  const made = takes[0]?.sha256 ?? '';
  return {
    operation: { op: 'replace', ...replaced, sound: `made/${made.slice(0, 16)}`, crossfade },
    part: { path: out, sha256: made, start: 0, end: null },
  };
}

/** What is made, and what it takes the place of; an extension begins a little before the old end. */
function placeOf({ kind, start, end }: PartRequest, seconds: number, longest: number) {
  if (kind === 'extend') {
    const from = Math.max(0, seconds - OVERLAP);
    if (!(end > seconds))
      throw new RefoleyError('input', `the sound is ${seconds.toFixed(2)} s long already: say a later end`);
    return checked(
      { start: from, end, replaced: { start: from, end: seconds }, crossfade: seconds - from },
      longest,
    );
  }
  if (!(end > start) || end > seconds + 0.5 / 8000)
    throw new RefoleyError(
      'input',
      `${start} to ${end} s is not within the sound, which is ${seconds.toFixed(2)} s long`,
    );
  return checked({ start, end, replaced: { start, end }, crossfade: BLEND }, longest);
}

function checked<Place extends { readonly start: number; readonly end: number }>(
  place: Place,
  longest: number,
): Place {
  const length = place.end - place.start;
  if (length <= longest && length >= 2 * BLEND) return place;
  throw new RefoleyError(
    'input',
    `a part of ${length.toFixed(2)} s cannot be made at once: choose one of ${2 * BLEND} to ${longest} s`,
  );
}
