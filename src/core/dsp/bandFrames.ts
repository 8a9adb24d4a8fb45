import { createRealFft } from './fft.ts';
import { periodicHann } from './window.ts';

/** Samples; about 21 ms at 48 kHz. */
export const FRAME = 1024;
export const HOP = FRAME / 4;
/** Hz where the high band begins: what a resampled 16 kHz sound holds in full. */
const CROSSOVER = 7600;
/** Bands below it, of equal ratios, from 200 Hz on. */
export const LOW_BANDS = 12;
const BOTTOM = 200;
/** Hz of the bands, those above the crossover too; beyond the last nobody hears what is made up. */
export const BAND_EDGES: readonly number[] = [
  ...Array.from({ length: LOW_BANDS }, (_, i) => BOTTOM * (CROSSOVER / BOTTOM) ** (i / LOW_BANDS)),
  ...[CROSSOVER, 9000, 10_600, 12_500, 14_700, 17_200, 20_000],
];
/** Share of the sample rate where a recorder's filter begins. */
const FILTER = 0.48;

/** How loud each band of a sound is, moment by moment. */
export interface BandFrames {
  readonly count: number;
  readonly bands: number;
  /** dB, [count, bands], the low ones first; NaN for bands that its rate does not hold. */
  readonly powers: Float64Array;
  /** dB of the low bands' mean in the loudest frame. */
  readonly loudest: number;
}

/** @param samples mono at `rate` Hz; the first frame is centred on the first of them */
export function bandPowers(samples: Float32Array, rate: number): BandFrames {
  const fft = createRealFft(FRAME);
  const window = periodicHann(FRAME);
  const windowed = new Float64Array(FRAME);
  const edges = BAND_EDGES.map((hz) => Math.round((hz * FRAME) / rate));
  const bands = edges.length - 1;
  const count = Math.ceil((samples.length + FRAME / 2) / HOP);
  const powers = new Float64Array(count * bands).fill(NaN);
  let loudest = -Infinity;
  for (let frame = 0; frame < count; frame++) {
    const at = frame * HOP - FRAME / 2;
    for (let n = 0; n < FRAME; n++) windowed[n] = (samples[at + n] ?? 0) * window[n]!;
    fft.transform(windowed);
    let mean = 0;
    for (let band = 0; band < bands; band++) {
      const [from, to] = [edges[band]!, Math.max(edges[band]! + 1, edges[band + 1]!)];
      if (to > FILTER * FRAME) break;
      let power = 0;
      for (let k = from; k < to; k++) power += fft.real[k]! ** 2 + fft.imaginary[k]! ** 2;
      const db = 10 * Math.log10(power / (to - from) + 1e-20);
      powers[frame * bands + band] = db;
      if (band < LOW_BANDS) mean += db / LOW_BANDS;
    }
    loudest = Math.max(loudest, mean);
  }
  return { count, bands, powers, loudest };
}
