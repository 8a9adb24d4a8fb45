import type { Loudness } from '../dsp/loudness.ts';

/** What is measured of each sound of a set. */
export interface Level extends Pick<Loudness, 'integrated' | 'truePeak'> {
  readonly seconds: number;
  /** Root mean square over all channels, dBFS; -Infinity for silence. */
  readonly rms: number;
}

/** A shorter sound has no whole block of BS.1770 (400 ms) to be gated. */
const SHORT = 0.4;
/** dBTP. */
const CEILING = -1;

/**
 * Gains in dB that bring all sounds of a set to one level: that of their median, or less where a sound would pass -1 dBTP on
 * its way there, since a set that is turned down together stays matched. Level is integrated loudness, or RMS where one of
 * the sounds is shorter than 400 ms: levels of two kinds cannot be compared. Silence is left alone.
 */
export function matchingGains(levels: readonly Level[]): number[] {
  const short = levels.some(({ seconds }) => seconds < SHORT);
  const heard = levels.map(({ integrated, rms }) => (short ? rms : integrated));
  const audible = heard.filter(Number.isFinite).sort((a, b) => a - b);
  if (audible.length === 0) return levels.map(() => 0);
  const reachable = levels.map(({ truePeak }, place) => (heard[place] ?? 0) + CEILING - truePeak);
  const target = Math.min(median(audible), ...reachable.filter(Number.isFinite));
  return heard.map((level) => (Number.isFinite(level) ? target - level : 0));
}

/** Root mean square over all channels, dBFS. */
export function rmsLevel(channels: readonly Float32Array[]): number {
  let sum = 0;
  let count = 0;
  for (const channel of channels) {
    count += channel.length;
    for (const sample of channel) sum += sample * sample;
  }
  return count === 0 ? -Infinity : 10 * Math.log10(sum / count);
}

/** @param sorted at least one */
function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
