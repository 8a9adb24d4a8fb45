import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sampler } from '#core/pack/facts.ts';
import { checkSettings } from '#core/pipeline/settings.ts';
import type { EngineContext, Work } from '../context.ts';
import { recipeOf } from '../takes/recipeOf.ts';
import { renderTakes } from '../takes/renderTakes.ts';
import type { MeasuredMode, Measurement } from './measurements.ts';
import type { TakePack } from './pack.ts';

/** Seconds: a usual take. */
const DURATION = 3;

/**
 * Makes a take in each mode of a pack, with as many neighbours as it takes by default, and throws it away.
 * @throws RefoleyError as `renderTakes`
 */
export async function measurePack(context: EngineContext, pack: TakePack, work: Work): Promise<Measurement> {
  const { catalogue } = await context.library(work);
  const sounds = catalogue.sounds
    .list({})
    .filter(({ mayCondition, missing, part }) => mayCondition && !missing && part === 'file')
    .slice(0, pack.manifest.defaults.k);
  const neighbours = sounds.map((sound, rank) => ({
    ...{ id: sound.id, sound, rank, similarity: 1, weight: 1, pinned: true, matchedBy: 'caption' as const },
  }));
  const folder = await mkdtemp(join(tmpdir(), 'refoley-measure-'));
  const measure = async (sampler: Sampler): Promise<MeasuredMode> => {
    const requested = { prompt: 'a wooden door is closed', seed: 1, duration: DURATION, sampler };
    const settings = checkSettings(requested, pack.manifest);
    const recipe = recipeOf(settings, { neighbours, passedOver: [] }, pack);
    const { timings } = await renderTakes(
      context,
      {
        ...{ pack, sounds, jobs: [{ recipe, path: join(folder, 'take.wav') }] },
        ...{ began: performance.now(), timings: { setup: 0, retrieve: 0 } },
      },
      work,
    );
    const { encode, sample, decode, vocode, choose, finish } = timings;
    return {
      steps: settings.steps,
      stepsPerSecond: (1000 * settings.steps * settings.candidates) / sample,
      secondsPerTake: (encode + sample + decode + vocode + choose + finish) / 1000,
    };
  };
  try {
    const fine = await measure(pack.manifest.defaults.sampler);
    const fast = pack.manifest.distilled ? await measure('distilled') : null;
    return { duration: DURATION, neighbours: sounds.length, fine, fast, measuredAt: Date.now() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
