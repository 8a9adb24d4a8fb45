import { mixdown } from '../dsp/mixdown.ts';
import { clipLength, type Clip } from './clip.ts';

export const snapTargets = ['zero', 'transient'] as const;
export type SnapTarget = (typeof snapTargets)[number];

/** Seconds to each side that are looked at; a moment that has nothing there stays where it is. */
const REACH = { zero: 0.02, transient: 0.15 } as const;
/** Seconds before and after a moment whose levels are compared. */
const BESIDE = 0.004;
/** Seconds from one moment that is tried to the next. */
const STEP = 0.001;
/** How many times the power rises where something begins: 6 dB. */
const RISE = 4;
/** Power below which nothing begins: -80 dBFS. */
const FLOOR = 1e-8;

/**
 * The moment at which a sound is best cut, nearest to another: where all channels together cross zero, or where a
 * transient begins.
 *
 * @param at seconds
 * @returns seconds, at a sample
 */
export function snap(clip: Clip, at: number, to: SnapTarget): number {
  const frame = Math.min(clipLength(clip), Math.max(0, Math.round(at * clip.rate)));
  const reach = Math.round(REACH[to] * clip.rate);
  const from = Math.max(0, frame - reach - Math.ceil(BESIDE * clip.rate) - 1);
  const until = Math.min(clipLength(clip), frame + reach + Math.ceil(BESIDE * clip.rate) + 1);
  const heard = mixdown(clip.channels.map((channel) => channel.subarray(from, until)));
  const place =
    to === 'zero' ? crossing(heard, frame - from, reach) : onset(heard, frame - from, reach, clip.rate);
  return (place + from) / clip.rate;
}

function crossing(heard: Float32Array, frame: number, reach: number): number {
  const crosses = (n: number): boolean =>
    n > 0 && n < heard.length && (heard[n] === 0 || heard[n - 1]! < 0 !== heard[n]! < 0);
  for (let away = 0; away <= reach; away++) {
    if (crosses(frame - away)) return frame - away;
    if (crosses(frame + away)) return frame + away;
  }
  return frame;
}

/** Where the power rises most, and there the first sample that is louder than what came before. */
function onset(heard: Float32Array, frame: number, reach: number, rate: number): number {
  const beside = Math.max(1, Math.round(BESIDE * rate));
  const step = Math.max(1, Math.round(STEP * rate));
  let best = { place: frame, rise: RISE };
  for (
    let n = Math.max(beside, frame - reach);
    n <= Math.min(heard.length - beside, frame + reach);
    n += step
  ) {
    const rise = power(heard, n, n + beside) / (power(heard, n - beside, n) + FLOOR);
    if (rise > best.rise) best = { place: n, rise };
  }
  if (best.rise === RISE) return frame;
  const before = largest(heard, best.place - beside, best.place - step);
  for (let n = best.place - step; n < best.place + beside; n++)
    if (Math.abs(heard[n] ?? 0) > 2 * before + Math.sqrt(FLOOR)) return n;
  return best.place;
}

function power(heard: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let n = from; n < to; n++) sum += heard[n]! ** 2;
  return sum / (to - from);
}

function largest(heard: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let n = Math.max(0, from); n < to; n++) most = Math.max(most, Math.abs(heard[n]!));
  return most;
}
