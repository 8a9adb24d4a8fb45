import { MOST_STEPS } from '../diffusion/flow.ts';
import { mostSteps } from '../diffusion/schedule.ts';
import type { Sampler } from '../pack/facts.ts';
import type { TakeManifest } from '../pack/manifest.ts';

/** Seconds: what the models on log-mel spectrograms were trained on. */
const LONGEST_TAKE = 10.24;

/** What a pack can be asked for. */
interface Abilities {
  readonly samplers: readonly [Sampler, ...Sampler[]];
  readonly mostSteps: number;
  /** Seconds of a take. */
  readonly longest: number;
}

export function abilitiesOf(manifest: TakeManifest): Abilities {
  if (manifest.format === 2 && manifest.family === 'stable-audio-3') {
    const { longest } = manifest.audio;
    return { samplers: ['pingpong', 'euler', 'dpmpp'], mostSteps: MOST_STEPS, longest };
  }
  return {
    samplers: manifest.distilled ? ['distilled', 'dpmpp', 'ddim'] : ['dpmpp', 'ddim'],
    mostSteps: mostSteps(manifest.scheduler),
    longest: LONGEST_TAKE,
  };
}
