import { kWeighting } from './kWeighting.ts';
import { truePeak } from './truePeak.ts';

/** What `bext` version 2 stores. Values of silence are -Infinity, its range is 0. */
export interface Loudness {
  /** Gated programme loudness, LUFS. */
  readonly integrated: number;
  /** Loudness range, LU. */
  readonly range: number;
  /** Loudest 400 ms, LUFS. */
  readonly maxMomentary: number;
  /** Loudest 3 s, LUFS. */
  readonly maxShortTerm: number;
  /** dBTP. */
  readonly truePeak: number;
}

/** Every window is a run of 100 ms steps: 75 % overlap of the 400 ms blocks. */
const STEPS_PER_SECOND = 10;
const BLOCK_STEPS = 4;
const SHORT_TERM_STEPS = 30;
const ABSOLUTE_GATE = -70;
const INTEGRATED_GATE = -10;
const RANGE_GATE = -20;

/**
 * Loudness by ITU-R BS.1770-4 (integrated, true peak), EBU Tech 3341 (momentary, short-term) and EBU Tech 3342
 * (range). A sound shorter than a window is measured as one window of its own length, so that a click of 50 ms has
 * a loudness too, where the standards leave it undefined.
 *
 * @param channels in the order L R C LFE Ls Rs; the surrounds weigh 1.41, the LFE nothing
 * @param rate Hz
 */
export function measureLoudness(channels: readonly Float32Array[], rate: number): Loudness {
  const steps = stepPowers(channels, rate);
  const momentary = windowPowers(steps, BLOCK_STEPS);
  const shortTerm = windowPowers(steps, SHORT_TERM_STEPS);
  return {
    integrated: lufs(mean(gate(momentary, INTEGRATED_GATE))),
    range: shortTerm.length > 1 ? loudnessRange(shortTerm) : 0,
    maxMomentary: lufs(highest(momentary)),
    maxShortTerm: lufs(highest(shortTerm)),
    truePeak: truePeak(channels),
  };
}

/** Weighted mean power, summed over the channels, of each whole 100 ms; of all at once if there is no 400 ms block. */
function stepPowers(channels: readonly Float32Array[], rate: number): number[] {
  const length = channels[0]?.length ?? 0;
  if (length === 0) return [];
  const tenth = Math.round(rate / STEPS_PER_SECOND);
  const step = length < BLOCK_STEPS * tenth ? length : tenth;
  const powers = new Array<number>(Math.floor(length / step)).fill(0);
  for (const [index, channel] of channels.entries()) {
    const weight = channelWeight(index, channels.length);
    if (weight === 0) continue;
    const weighted = kWeighting(channel, rate);
    for (let i = 0; i < powers.length; i++) {
      let energy = 0;
      for (let n = i * step; n < (i + 1) * step; n++) energy += weighted[n]! ** 2;
      powers[i] = powers[i]! + (weight * energy) / step;
    }
  }
  return powers;
}

/** BS.1770-4, table 3, for 5.0 and 5.1; every channel of another layout weighs 1. */
function channelWeight(index: number, count: number): number {
  if (count === 6 && index === 3) return 0;
  return (count === 5 && index >= 3) || (count === 6 && index >= 4) ? 1.41 : 1;
}

/** Mean power of all runs of `size` steps; the whole sound if it is shorter. */
function windowPowers(steps: readonly number[], size: number): number[] {
  if (steps.length === 0) return [];
  const length = Math.min(size, steps.length);
  return Array.from({ length: steps.length - length + 1 }, (_, i) => mean(steps.slice(i, i + length)));
}

/** Windows above -70 LUFS and above `relative` LU from the mean of those. */
function gate(powers: readonly number[], relative: number): number[] {
  const audible = powers.filter((power) => lufs(power) > ABSOLUTE_GATE);
  const threshold = lufs(mean(audible)) + relative;
  return audible.filter((power) => lufs(power) > threshold);
}

/** EBU Tech 3342: from the 10th to the 95th percentile of the gated short-term loudness. */
function loudnessRange(shortTerm: readonly number[]): number {
  const values = gate(shortTerm, RANGE_GATE)
    .map(lufs)
    .sort((a, b) => a - b);
  const percentile = (share: number): number => values[Math.round((values.length - 1) * share)] ?? 0;
  return percentile(0.95) - percentile(0.1);
}

function lufs(power: number): number {
  return -0.691 + 10 * Math.log10(power);
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);
}

function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
