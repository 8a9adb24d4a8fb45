import { RefoleyError } from '#core/errors.ts';
import type { z } from 'zod';
import type { scheduleSchema } from '#core/pack/facts.ts';
import { exactCosSin } from './exactMath.ts';

/** The schedule of a pack's manifest. */
export type Schedule = z.infer<typeof scheduleSchema>;

export interface SchedulerConfig extends Readonly<Omit<Schedule, 'timestepSpacing'>> {
  readonly timestepSpacing: Exclude<Schedule['timestepSpacing'], 'usual'>;
}

/** A sampler over a fixed number of steps: knows the noise schedule, nothing of the model. */
export interface Scheduler {
  /** Training timesteps to evaluate the model at, from noise to sound. */
  readonly timesteps: readonly number[];
  /** Standard deviation of the noise to start from. */
  readonly initNoiseSigma: number;
  /** A clean latent with as much noise as belongs to `timesteps[index]`, to be denoised from there. */
  addNoise(clean: Float32Array, noise: Float32Array, index: number): Float32Array;
  /**
   * One step towards the sound.
   *
   * @param prediction the model's output at `timesteps[index]`
   * @param sample what the model was shown
   * @returns the sample at the next timestep, a new array; after the last step the clean latent
   */
  step(prediction: Float32Array, index: number, sample: Float32Array): Float32Array;
}

/**
 * Share of signal power left at each training timestep: the cumulative product of 1 - beta. Rounded to single
 * precision where diffusers does: near zero terminal SNR that rounding is visible in the samples.
 */
export function alphasCumprod(config: SchedulerConfig): Float32Array {
  let product = 1;
  return betas(config).map((beta) => {
    product *= Math.fround(1 - beta);
    return product;
  });
}

/** sqrt(alpha) x + sqrt(1 - alpha) noise at a training timestep (Ho et al., 2020, eq. 4). */
export function noised(
  alphas: Float32Array,
  timestep: number,
  clean: Float32Array,
  noise: Float32Array,
): Float32Array {
  const alpha = alphas[timestep] ?? 1;
  const [signal, sigma] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
  return clean.map((x, i) => signal * x + sigma * noise[i]!);
}

/** Numpy's and Python's rounding: halves go to the even neighbour. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * The i-th lowest of `steps` timesteps that end at the last one, rounded as numpy.arange(total, 0, -total / steps); with
 * a shift, each moved towards the noise as flow-matching schedulers do.
 */
export function trailingTimestep(
  { trainTimesteps: total, shift }: SchedulerConfig,
  steps: number,
  i: number,
): number {
  if (shift !== 1) {
    const share = (i + 1) / steps;
    return roundHalfEven((total * shift * share) / (1 + (shift - 1) * share)) - 1;
  }
  const stride = total - (total - total / steps);
  return roundHalfEven(total - (steps - 1 - i) * stride) - 1;
}

/** As many steps as leave each a timestep of its own. */
export function mostSteps({
  trainTimesteps,
  shift,
  stepsOffset,
}: Pick<SchedulerConfig, 'trainTimesteps' | 'shift' | 'stepsOffset'>): number {
  return Math.min(Math.floor(trainTimesteps / shift), trainTimesteps - stepsOffset);
}

/** @throws RefoleyError input unless `steps` is a whole number from 1 to {@link mostSteps} */
export function checkSteps(steps: number, config: SchedulerConfig): void {
  const most = mostSteps(config);
  if (Number.isInteger(steps) && steps >= 1 && steps <= most) return;
  throw new RefoleyError('input', `cannot sample in ${steps} steps; choose from 1 to ${most}`);
}

function betas(config: SchedulerConfig): Float32Array {
  const { trainTimesteps: count, betaStart, betaEnd } = config;
  switch (config.betaSchedule) {
    case 'linear':
      return linearSpace(betaStart, betaEnd, count);
    case 'scaled_linear':
      return linearSpace(Math.sqrt(betaStart), Math.sqrt(betaEnd), count).map((root) => root * root);
    case 'squaredcos_cap_v2':
      return Float32Array.from({ length: count }, (_, i) =>
        Math.min(1 - cosineAlphaBar((i + 1) / count) / cosineAlphaBar(i / count), 0.999),
      );
  }
}

/** Nichol and Dhariwal, "Improved denoising diffusion probabilistic models", 2021, eq. 17. */
function cosineAlphaBar(time: number): number {
  const [cos] = exactCosSin((time + 0.008) / 1.008 / 4);
  return cos * cos;
}

/** torch.linspace in single precision: counted from both ends. */
export function linearSpace(start: number, end: number, count: number): Float32Array {
  const [first, last] = [Math.fround(start), Math.fround(end)];
  const step = Math.fround((last - first) / Math.max(1, count - 1));
  return Float32Array.from({ length: count }, (_, i) =>
    i < count / 2 ? first + step * i : last - step * (count - 1 - i),
  );
}
