import { MOST_STEPS } from '../diffusion/flow.ts';
import { mostSteps } from '../diffusion/schedule.ts';
import type { Sampler } from '../pack/facts.ts';
import type { TakeManifest } from '../pack/manifest.ts';
import { retrievalModes, type RetrievalMode } from './recipe.ts';

/** Seconds: what the models on log-mel spectrograms were trained on. */
const LONGEST_TAKE = 10.24;

/** What a pack can be asked for. */
interface Abilities {
  readonly samplers: readonly [Sampler, ...Sampler[]];
  /** 1 where a take is not made in steps of anybody's choice. */
  readonly mostSteps: number;
  /** Seconds of a take. */
  readonly longest: number;
  /** Whether a take can begin from a sound, and a part be made within one. */
  readonly begins: boolean;
  /** Whether there is a weight of the library: neighbours are attended to, or mixed into the prompt. */
  readonly mixes: boolean;
}

/** The ways to use the library that make a difference to what a pack makes. */
export function retrievalOf(manifest: TakeManifest): readonly RetrievalMode[] {
  const { begins, mixes } = abilitiesOf(manifest);
  return mixes ? retrievalModes : begins ? ['none', 'audio'] : ['none'];
}

export function abilitiesOf(manifest: TakeManifest): Abilities {
  if (manifest.format === 2 && manifest.family === 'audiogen') {
    const { longest } = manifest.audio;
    return { samplers: ['tokens'], mostSteps: 1, longest, begins: false, mixes: false };
  }
  if (manifest.format === 2 && manifest.family === 'stable-audio-3') {
    const { longest } = manifest.audio;
    const samplers = ['pingpong', 'euler', 'dpmpp'] as const;
    return { samplers, mostSteps: MOST_STEPS, longest, begins: true, mixes: false };
  }
  return {
    samplers: manifest.distilled ? ['distilled', 'dpmpp', 'ddim'] : ['dpmpp', 'ddim'],
    mostSteps: mostSteps(manifest.scheduler),
    longest: LONGEST_TAKE,
    begins: true,
    mixes: manifest.format === 1 || manifest.family !== 'tango',
  };
}

/** Whether the denoiser was shown neighbours in training; otherwise they are mixed into the prompt. */
export function attendsNeighbours(manifest: TakeManifest): boolean {
  if (manifest.format === 1) return manifest.conditioning.attendsNeighbours;
  return manifest.family === 're-audioldm';
}
