import { peak } from './level.ts';

const PEAK = Math.fround(0.7);
const TRIM_LEVEL = 0.02;
/** Seconds kept before the onset. */
const TRIM_LEAD = 0.01;
/** Below this peak a sound is silence and stays as it is. */
const SILENCE = 1e-6;

/**
 * How every sound enters the models: leading silence (below 2 % of the peak) trimmed but for 10 ms, peak 0.7;
 * `condition` of training/refoley_training/audio.py, to the bit. Do this before resampling, as training does.
 *
 * @param samples mono
 * @param rate Hz
 */
export function condition(samples: Float32Array, rate: number): Float32Array {
  return conditionTogether([samples], rate)[0] ?? samples;
}

/** The same of channels that belong together, by their loudest sample and their first onset: what is between them stays. */
export function conditionTogether(channels: readonly Float32Array[], rate: number): Float32Array[] {
  const level = peak(channels);
  if (!(level >= SILENCE)) return channels.map((samples) => samples.slice());
  const threshold = Math.fround(level * TRIM_LEVEL);
  const onsets = channels.map((samples) => samples.findIndex((sample) => Math.abs(sample) > threshold));
  const onset = Math.min(...onsets.filter((at) => at >= 0));
  const start = Math.max(0, onset - Math.trunc(TRIM_LEAD * rate));
  return channels.map((samples) =>
    samples.subarray(start).map((sample) => Math.fround(sample / level) * PEAK),
  );
}
