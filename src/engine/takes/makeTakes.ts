import { randomInt } from 'node:crypto';
import { RefoleyError } from '#core/errors.ts';
import type { PackManifest, PartName } from '#core/pack/manifest.ts';
import { packParts } from '#core/pack/packParts.ts';
import { stageOf } from '#core/pack/stageOf.ts';
import { textParts } from '#core/pipeline/ears.ts';
import { checkSettings, type RequestedSettings } from '#core/pipeline/settings.ts';
import type { Pin } from '#core/retrieval/selectNeighbours.ts';
import type { EngineContext, Work } from '../context.ts';
import { noteUnheard } from '../library/noteUnheard.ts';
import { embedPrompt } from './embedPrompt.ts';
import { findNeighbours } from './findNeighbours.ts';
import { mixedEars } from './mixedEars.ts';
import { outputPaths } from './outputPaths.ts';
import { recipeOf } from './recipeOf.ts';
import { renderTakes, type TakeReport, type TakesReport } from './renderTakes.ts';

const MAX_VARIATIONS = 100;
/** How many seeds there are; the next one of the last is 0. */
export const SEEDS = 2 ** 32;

export interface TakesRequest {
  readonly settings: RequestedSettings;
  /** How many takes, each with the next seed; 1 unless given. */
  readonly variations?: number | undefined;
  /** File or folder; the data folder's takes unless given. */
  readonly out?: string | undefined;
  /** Sounds to lean on whatever the prompt says. */
  readonly pins?: readonly Pin[] | undefined;
  /** Sounds never to lean on. */
  readonly bans?: readonly number[] | undefined;
  /** Told of each take as soon as its file is there. */
  readonly onTake?: ((take: TakeReport) => void) | undefined;
}

/**
 * Prompt to takes: checks, finds the neighbours, makes each take and writes it whole or not at all.
 * @throws RefoleyError 'input' for settings out of range or a folder that cannot be written to, before any work; that of
 *   `retrieve`; that of the pipeline
 */
export async function makeTakes(
  context: EngineContext,
  request: TakesRequest,
  work: Work,
): Promise<TakesReport> {
  const began = performance.now();

  // 1. Check what was asked for and where it is to go, before anything expensive.
  const [pack, hearing] = await Promise.all([context.pack(), context.hearing()]);
  const seed = request.settings.seed ?? randomInt(SEEDS);
  const settings = checkSettings({ ...request.settings, seed }, pack.manifest);
  const seeds = variationSeeds(settings.seed, request.variations ?? 1);
  const pins = checkPins(request.pins ?? [], pack.manifest.conditioning.maxNeighbours);
  const { takesFolder } = context;
  const paths = await outputPaths({ out: request.out, takesFolder, prompt: settings.prompt, seeds });

  // 2. Open the library while the inference process starts and reads its models.
  const { inference } = context;
  const providers = await context.providers.of(pack, work);
  const starting = inference.run(
    'prepare',
    { hearing: hearing.folder, parts: textParts(hearing.manifest) },
    work,
  );
  const [library] = await Promise.all([context.library(work), starting]);
  noteUnheard(library.catalogue, hearing, context.warn);
  const setup = performance.now() - began;

  // 3. Find the neighbours; meanwhile the inference process gets ready to use them.
  const embedding = embedPrompt(library, settings.prompt);
  const parts = partsBeforeDecoding(pack.manifest);
  const preparing = inference.run('prepare', { pack: pack.folder, providers, parts }, work);
  preparing.catch(() => undefined); // A graph that does not load is reported by the take that needs it.
  const choice = { pins, bans: request.bans ?? [] };
  const retrieved = await findNeighbours(library, await embedding, settings, choice, context.warn);
  const retrieve = performance.now() - began - setup;

  // 4. Make the takes.
  const sounds = retrieved.neighbours.map(({ sound }) => sound);
  const ears = await mixedEars(context, pack, settings, work);
  const recipes = seeds.map((each) => recipeOf({ ...settings, seed: each }, retrieved, pack, ears));
  const jobs = recipes.map((recipe, take) => ({ recipe, path: paths[take] ?? '' }));
  const { catalogue, model } = library;
  const embeddings = sounds.map(({ id }) => catalogue.embeddings.get(id, 'audio', model));
  const { onTake } = request;
  const timings = { setup, retrieve };
  return renderTakes(context, { pack, jobs, sounds, embeddings, began, timings, onTake }, work);
}

/** What every take needs until it has a latent; the rest is loaded meanwhile or afterwards. */
function partsBeforeDecoding(manifest: PackManifest): readonly PartName[] {
  // What others' packs make of neighbours is remembered as a rule.
  const isNeeded = (part: PartName) =>
    stageOf(part) === 'denoise' || (manifest.format === 1 && part === 'audioMae');
  return packParts(manifest).flatMap(({ part }) => (isNeeded(part) ? [part] : []));
}

function variationSeeds(seed: number, variations: number): number[] {
  if (!Number.isInteger(variations) || variations < 1 || variations > MAX_VARIATIONS) {
    throw new RefoleyError('input', `variations must be a whole number between 1 and ${MAX_VARIATIONS}`);
  }
  return Array.from({ length: variations }, (_, take) => (seed + take) % SEEDS);
}

/** @throws RefoleyError `input` for more of them than the pack can hear, or a weight out of range */
export function checkPins(pins: readonly Pin[], most: number): readonly Pin[] {
  if (pins.length > most)
    throw new RefoleyError('input', `at most ${most} sounds can be pinned for this pack`);
  for (const { id, weight } of pins) {
    if (!(weight > 0 && weight <= 100))
      throw new RefoleyError('input', `the weight of pin ${id} must be above 0, up to 100`);
  }
  return pins;
}
