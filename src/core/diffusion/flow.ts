import { RefoleyError } from '../errors.ts';
import { exactLog } from './exactMath.ts';
import { linearSpace, type Scheduler } from './schedule.ts';

/**
 * How a model of velocities from sound to noise (Liu et al., "Flow straight and fast", 2023) is followed back: in straight steps;
 * by DPM-Solver++(2M); or, for models that were distilled to guess the sound at once, by noising each guess anew.
 */
export type FlowSampler = 'euler' | 'dpmpp' | 'pingpong';

export interface FlowSettings {
  readonly sampler: FlowSampler;
  readonly steps: number;
  /** Share of noise in the latent that is begun with; below 1 the rest of it is a sound. */
  readonly from?: number;
  /** What "pingpong" noises the guess of a step with. */
  readonly noise: (step: number) => Float32Array;
}

/** Logarithms of the signal-to-noise ratio that the steps are spread between, as Stable Audio 3 spreads them. */
const [NOISIEST, CLEANEST] = [-6.2, 2];
export const MOST_STEPS = 1000;

/**
 * Rectified flow as Stable Audio 3 samples it (Evans et al., 2026): timesteps are shares of noise, from `from` to 0, and evenly
 * spaced by the logarithm of the signal-to-noise ratio. Begun with a sound, the second step may be noisier than the first.
 *
 * @throws RefoleyError input for numbers that are out of range
 */
export function createFlow({ sampler, steps, from = 1, noise }: FlowSettings): Scheduler {
  if (!Number.isInteger(steps) || steps < 1 || steps > MOST_STEPS)
    throw new RefoleyError('input', `cannot sample in ${steps} steps; choose from 1 to ${MOST_STEPS}`);
  if (!(from > 0 && from <= 1))
    throw new RefoleyError('input', `cannot begin with a share of ${from} of noise; choose from 0 to 1`);
  const shares = noiseShares(steps, from);
  let earlier: { readonly index: number; readonly clean: Float32Array } | undefined;

  function step(prediction: Float32Array, index: number, sample: Float32Array): Float32Array {
    const [here, next] = [shares[index] ?? 0, shares[index + 1] ?? 0];
    if (sampler === 'euler') return sample.map((x, i) => x + (next - here) * prediction[i]!);
    const clean = sample.map((x, i) => x - here * prediction[i]!);
    if (sampler === 'pingpong') return next === 0 ? clean : mixed(clean, noise(index), next);

    const previous = earlier?.index === index - 1 ? earlier.clean : undefined;
    earlier = { index, clean };
    const keep = next / here;
    if (previous === undefined || next === 0) return sample.map((x, i) => keep * x + (1 - keep) * clean[i]!);
    const before = shares[index - 1] ?? 1;
    const slope = (logSnr(next) - logSnr(here)) / (2 * (logSnr(here) - logSnr(before)));
    return sample.map((x, i) => keep * x + (1 - keep) * (clean[i]! + slope * (clean[i]! - previous[i]!)));
  }

  return {
    timesteps: [...shares.subarray(0, steps)],
    initNoiseSigma: 1,
    addNoise: (clean, added, index) => mixed(clean, added, shares[index] ?? 0),
    step,
  };
}

/** [steps + 1], in single precision where the reference is: the model sees the last bits of these numbers. */
function noiseShares(steps: number, from: number): Float32Array {
  const span = Math.fround(CLEANEST - NOISIEST);
  return linearSpace(from, 0, steps + 1).map((share, i) => {
    if (i === 0) return from;
    if (i === steps) return 0;
    return 1 / (1 + Math.exp(Math.fround(CLEANEST - Math.fround(share * span))));
  });
}

function mixed(clean: Float32Array, noise: Float32Array, share: number): Float32Array {
  return clean.map((x, i) => (1 - share) * x + share * noise[i]!);
}

function logSnr(share: number): number {
  return exactLog(Math.max(1 - share, 1e-10)) - exactLog(Math.max(share, 1e-10));
}
