import { blockLength } from './streamMeter.ts';
import type { StreamMeter } from './streamMeter.ts';

/** Order-48 interpolator of BS.1770-4, annex 2: phases 0 and 1. Phases 2 and 3 are these, reversed. */
const PHASE_0 = [
  0.001708984375, 0.010986328125, -0.0196533203125, 0.033203125, -0.0594482421875, 0.1373291015625,
  0.97216796875, -0.102294921875, 0.047607421875, -0.026611328125, 0.014892578125, -0.00830078125,
];
const PHASE_1 = [
  -0.0291748046875, 0.029296875, -0.0517578125, 0.089111328125, -0.16650390625, 0.465087890625, 0.77978515625,
  -0.2003173828125, 0.1015625, -0.0582275390625, 0.0330810546875, -0.0189208984375,
];
const TAPS = PHASE_0.length;
/** The even and the odd part of each phase: the phase is their sum, its reverse their difference. */
const EVEN_0 = part(PHASE_0, 1);
const ODD_0 = part(PHASE_0, -1);
const EVEN_1 = part(PHASE_1, 1);
const ODD_1 = part(PHASE_1, -1);
/** The interpolator's highest output for samples within -1..1, and a little for rounding. */
const LARGEST_GAIN =
  1.000_001 *
  Math.max(...[PHASE_0, PHASE_1].map((taps) => taps.reduce((total, tap) => total + Math.abs(tap), 0)));
/** dB that the waveform can pass its samples by, as the interpolator has it. */
export const HIGHEST_OVER = 20 * Math.log10(LARGEST_GAIN);
/** Samples that are looked at together; more than the interpolator reaches back. */
const CHUNK = 32;
/** Samples that are copied together behind those before them, a whole number of chunks: they stay in the cache. */
const PIECE = 256 * CHUNK;

/**
 * Peak of the waveform between the samples, four times oversampled (BS.1770-4, annex 2). Never below the sample
 * peak, which the interpolator's phases miss by a fraction of a sample.
 *
 * @returns dBTP, -Infinity for silence
 */
export function truePeak(channels: readonly Float32Array[]): number {
  const meter = createTruePeakMeter(channels.length);
  meter.push(channels);
  return meter.finish();
}

/** `truePeak` of a stream. */
export function createTruePeakMeter(channelCount: number): StreamMeter<number> {
  const pasts = Array.from({ length: channelCount }, () => new Float32Array(TAPS));
  const work = new Float32Array(TAPS + PIECE);
  let level = 0;

  function push(channels: readonly Float32Array[]): void {
    const length = blockLength(channels, channelCount);
    for (const [index, past] of pasts.entries()) {
      for (let from = 0; from < length; from += PIECE) {
        const piece = channels[index]!.subarray(from, from + PIECE);
        work.set(past);
        work.set(piece, TAPS);
        level = highest(work, TAPS + piece.length, level);
        past.set(work.subarray(piece.length, piece.length + TAPS));
      }
    }
  }

  return {
    push,
    finish() {
      // The interpolator's tail after the last sample.
      push(pasts.map(() => new Float32Array(TAPS)));
      return 20 * Math.log10(level);
    },
  };
}

/** The larger of `level` and the peak of `samples` up to `end`, of which the first TAPS are the past. */
function highest(samples: Float32Array, end: number, level: number): number {
  let before = largest(samples, 0, TAPS);
  for (let start = TAPS; start < end; start += CHUNK) {
    const stop = Math.min(end, start + CHUNK);
    const here = largest(samples, start, stop);
    level = Math.max(level, here);
    // Most of a sound is too quiet to pass its loudest moment, whatever the interpolator makes of it.
    if (LARGEST_GAIN * Math.max(before, here) > level) level = interpolatedPeak(samples, start, stop, level);
    before = here;
  }
  return level;
}

function largest(samples: Float32Array, from: number, to: number): number {
  let level = 0;
  for (let n = from; n < to; n++) {
    const value = Math.abs(samples[n]!);
    if (value > level) level = value;
  }
  return level;
}

/** Unrolled, since the analysis of loud and steady sounds spends most of its time here. */
function interpolatedPeak(samples: Float32Array, from: number, to: number, level: number): number {
  const e0 = EVEN_0[0]!,
    e1 = EVEN_0[1]!,
    e2 = EVEN_0[2]!,
    e3 = EVEN_0[3]!,
    e4 = EVEN_0[4]!,
    e5 = EVEN_0[5]!;
  const o0 = ODD_0[0]!,
    o1 = ODD_0[1]!,
    o2 = ODD_0[2]!,
    o3 = ODD_0[3]!,
    o4 = ODD_0[4]!,
    o5 = ODD_0[5]!;
  const f0 = EVEN_1[0]!,
    f1 = EVEN_1[1]!,
    f2 = EVEN_1[2]!,
    f3 = EVEN_1[3]!,
    f4 = EVEN_1[4]!,
    f5 = EVEN_1[5]!;
  const p0 = ODD_1[0]!,
    p1 = ODD_1[1]!,
    p2 = ODD_1[2]!,
    p3 = ODD_1[3]!,
    p4 = ODD_1[4]!,
    p5 = ODD_1[5]!;
  for (let n = from; n < to; n++) {
    const a0 = samples[n - 0]!,
      b0 = samples[n - 11]!;
    const a1 = samples[n - 1]!,
      b1 = samples[n - 10]!;
    const a2 = samples[n - 2]!,
      b2 = samples[n - 9]!;
    const a3 = samples[n - 3]!,
      b3 = samples[n - 8]!;
    const a4 = samples[n - 4]!,
      b4 = samples[n - 7]!;
    const a5 = samples[n - 5]!,
      b5 = samples[n - 6]!;
    const s0 = a0 + b0,
      s1 = a1 + b1,
      s2 = a2 + b2,
      s3 = a3 + b3,
      s4 = a4 + b4,
      s5 = a5 + b5;
    const d0 = a0 - b0,
      d1 = a1 - b1,
      d2 = a2 - b2,
      d3 = a3 - b3,
      d4 = a4 - b4,
      d5 = a5 - b5;
    const even0 = e0 * s0 + e1 * s1 + e2 * s2 + e3 * s3 + e4 * s4 + e5 * s5;
    const odd0 = o0 * d0 + o1 * d1 + o2 * d2 + o3 * d3 + o4 * d4 + o5 * d5;
    const even1 = f0 * s0 + f1 * s1 + f2 * s2 + f3 * s3 + f4 * s4 + f5 * s5;
    const odd1 = p0 * d0 + p1 * d1 + p2 * d2 + p3 * d3 + p4 * d4 + p5 * d5;
    // max(|e + o|, |e - o|): the larger of a phase and its reverse.
    const value0 = Math.abs(even0) + Math.abs(odd0);
    const value1 = Math.abs(even1) + Math.abs(odd1);
    if (value0 > level) level = value0;
    if (value1 > level) level = value1;
  }
  return level;
}

function part(taps: readonly number[], sign: 1 | -1): Float64Array {
  return Float64Array.from({ length: TAPS / 2 }, (_, k) => (taps[k]! + sign * taps[TAPS - 1 - k]!) / 2);
}
