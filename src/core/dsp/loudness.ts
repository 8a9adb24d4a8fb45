import { channelWeights } from './channelWeights.ts';
import { createKWeightedEnergy } from './kWeighting.ts';
import { blockLength } from './streamMeter.ts';
import type { StreamFormat, StreamMeter } from './streamMeter.ts';
import { createTruePeakMeter } from './truePeak.ts';

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
/** The loudest 400 ms are looked for in steps of 10 ms: EBU Tech 3341, cases 13 and 14. */
const PARTS_PER_STEP = 10;
const BLOCK_STEPS = 4;
const SHORT_TERM_STEPS = 30;
const ABSOLUTE_GATE = -70;
const INTEGRATED_GATE = -10;
const RANGE_GATE = -20;

/**
 * Loudness of a whole sound; see `createLoudnessMeter`.
 *
 * @param channels in the order of the mask; with none, 5 and 6 channels are L R C (LFE) Ls Rs
 * @param rate Hz
 * @param channelMask dwChannelMask of WAVE_FORMAT_EXTENSIBLE
 */
export function measureLoudness(
  channels: readonly Float32Array[],
  rate: number,
  channelMask?: number,
): Loudness {
  const meter = createLoudnessMeter({ rate, channelCount: channels.length, channelMask });
  meter.push(channels);
  return meter.finish();
}

/** LUFS, gated, of a whole sound: what `measureLoudness` gives, in less time. */
export function integratedLoudness(channels: readonly Float32Array[], rate: number): number {
  const meter = createLoudnessMeter({ rate, channelCount: channels.length, truePeaks: false });
  meter.push(channels);
  return meter.finish().integrated;
}

/**
 * Loudness by ITU-R BS.1770-4 (integrated, true peak), EBU Tech 3341 (momentary, short-term) and EBU Tech 3342
 * (range). A sound shorter than a window is measured as one window of its own length, so that a click of 50 ms has
 * a loudness too, where the standards leave it undefined.
 *
 * Keeps one number for every 100 ms (72,000 for two hours), so that the gates are exact where a histogram of
 * loudness would round.
 *
 * @param format without true peaks, the true peak is -Infinity
 */
export function createLoudnessMeter({
  rate,
  channelCount,
  channelMask,
  truePeaks = true,
}: StreamFormat & { readonly truePeaks?: boolean }): StreamMeter<Loudness> {
  const weights = channelWeights(channelCount, channelMask);
  const filters = weights.map(() => createKWeightedEnergy(rate));
  const peakMeter = createTruePeakMeter(channelCount);
  const step = Math.max(1, Math.round(rate / STEPS_PER_SECOND));
  /** Weighted mean power, summed over the channels, of each whole step. */
  const steps: number[] = [];
  /** Weighted energies of the parts of the last block, the oldest first. */
  const parts: number[] = [];
  let loudestBlock = 0;
  let filled = 0;
  let part = 1;
  let stepEnergy = 0;

  const takeEnergy = (): number =>
    filters.reduce((total, filter, index) => total + weights[index]! * filter.take(), 0);

  const endPart = (): void => {
    const energy = takeEnergy();
    stepEnergy += energy;
    part++;
    if (parts.push(energy) > BLOCK_STEPS * PARTS_PER_STEP) parts.shift();
    if (parts.length < BLOCK_STEPS * PARTS_PER_STEP) return;
    const block = parts.reduce((total, one) => total + one, 0);
    loudestBlock = Math.max(loudestBlock, block / (BLOCK_STEPS * step));
  };

  return {
    push(channels) {
      const length = blockLength(channels, channelCount);
      for (let from = 0; from < length;) {
        const edge = Math.round((part * step) / PARTS_PER_STEP);
        const to = Math.min(length, from + edge - filled);
        for (const [index, filter] of filters.entries()) {
          if (weights[index] !== 0) filter.add(channels[index]!, from, to);
        }
        filled += to - from;
        from = to;
        if (filled < edge) continue;
        endPart();
        if (filled < step) continue;
        steps.push(stepEnergy / step);
        [filled, part, stepEnergy] = [0, 1, 0];
      }
      if (truePeaks) peakMeter.push(channels);
    },
    finish() {
      if (steps.length < BLOCK_STEPS && steps.length + filled > 0) {
        const energy = steps.reduce((total, power) => total + power * step, stepEnergy + takeEnergy());
        steps.splice(0, Infinity, energy / (steps.length * step + filled));
      }
      const momentary = windowPowers(steps, BLOCK_STEPS);
      const shortTerm = windowPowers(steps, SHORT_TERM_STEPS);
      return {
        integrated: lufs(mean(gate(momentary, INTEGRATED_GATE))),
        range: shortTerm.length > 1 ? loudnessRange(shortTerm) : 0,
        maxMomentary: lufs(Math.max(loudestBlock, highest(momentary))),
        maxShortTerm: lufs(highest(shortTerm)),
        truePeak: peakMeter.finish(),
      };
    },
  };
}

/** Mean power of all runs of `size` steps; the whole sound if it is shorter. */
function windowPowers(steps: readonly number[], size: number): number[] {
  if (steps.length === 0) return [];
  const length = Math.min(size, steps.length);
  return Array.from({ length: steps.length - length + 1 }, (_, first) => {
    let total = 0;
    for (let i = first; i < first + length; i++) total += steps[i]!;
    return total / length;
  });
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
