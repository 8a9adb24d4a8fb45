import { createRealFft } from './fft.ts';
import { BAND_EDGES, bandPowers, FRAME, HOP, LOW_BANDS, type BandFrames } from './bandFrames.ts';
import { periodicHann } from './window.ts';

/** Neighbour frames that a frame's high band is the mean of. */
const NEAREST = 12;
/** How much the level within the sound counts beside the shape of the spectrum. */
const LEVEL_WEIGHT = 0.5;
/** Width in Hz of what is copied up, from just below the crossover. */
const SOURCE = 3800;
/** Bins to either side over which it is made flat: some 500 Hz. */
const SMOOTH = 10;
/** dB below the loudest frame at which a sound is over. */
const QUIET = 60;
/** Bands that every sound is taken to have, up to 2.3 kHz. */
const SURE_BANDS = 8;
/** dB from one band to the next by which a sound's own band ends there: a recorder's filter falls so, a spectrum does not. */
const CLIFF = 30;
/** Share of the band's upper edge where its slope may begin. */
const WITHIN = 0.97;

/** How loud each band of a full-band sound is, and how much it counts. */
export interface WeightedBands {
  readonly frames: BandFrames;
  readonly weight: number;
}

/**
 * Gives a sound whose band ends at 7.6 kHz a high band; one that a model has made as narrow as its examples were, from where its
 * own band ends. What is there in the 3.8 kHz below, made flat, is copied up (spectral band
 * replication, Dietz et al., 2002), which keeps its onsets and its roughness; the envelope is borrowed: each frame takes that of the
 * neighbours' frames whose low band is most like its own. Nothing below changes.
 *
 * @param samples mono at `rate` Hz, resampled from a lower one
 * @param neighbours full-band recordings; without any the sound stays as it is
 */
export function extendBand(
  samples: Float32Array,
  rate: number,
  neighbours: readonly WeightedBands[],
): Float32Array {
  const own = bandPowers(samples, rate);
  const low = ownBands(own);
  const shapes = neighbours.flatMap(({ frames, weight }) => shapesOf(frames, weight, low));
  if (shapes.length === 0) return samples;
  const fft = createRealFft(FRAME);
  const window = periodicHann(FRAME);
  const copyUp = createCopyUp(rate, low);
  const frameOf = new Float64Array(FRAME);
  const out = samples.slice();
  for (let frame = 0; frame < own.count; frame++) {
    const wanted = highBand(own, frame, shapes, low);
    if (!wanted) continue;
    const at = frame * HOP - FRAME / 2;
    for (let n = 0; n < FRAME; n++) frameOf[n] = (samples[at + n] ?? 0) * window[n]!;
    fft.transform(frameOf);
    const { real, imaginary } = copyUp(fft, wanted);
    fft.inverse(real, imaginary, frameOf);
    // Hann times Hann at a quarter of the frame sums to 1.5.
    for (let n = Math.max(0, -at); n < FRAME && at + n < out.length; n++)
      out[at + n]! += (frameOf[n]! * window[n]!) / 1.5;
  }
  return out;
}

/** How many bands from the lowest on a sound has. */
function ownBands({ powers, bands, count }: BandFrames): number {
  const means = Array.from({ length: LOW_BANDS }, (_, band) => {
    let power = 0;
    for (let frame = 0; frame < count; frame++) power += 10 ** (powers[frame * bands + band]! / 10);
    return 10 * Math.log10(power / count);
  });
  const cliff = means.findIndex((mean, band) => band >= SURE_BANDS && mean < means[band - 1]! - CLIFF);
  return cliff < 0 ? LOW_BANDS : cliff;
}

interface Shape {
  /** dB of each low band less their mean, then the level. */
  readonly features: Float64Array;
  /** dB of each high band less the mean of the low ones; NaN beyond what the recording holds. */
  readonly high: Float64Array;
  readonly weight: number;
}

function shapesOf(frames: BandFrames, weight: number, lowBands: number): Shape[] {
  return Array.from({ length: frames.count }, (_, frame) => featuresOf(frames, frame, lowBands)).flatMap(
    (found) => (found?.high.some(Number.isFinite) ? [{ ...found, weight }] : []),
  );
}

function featuresOf({ powers, loudest, bands }: BandFrames, frame: number, lowBands: number) {
  const row = powers.subarray(frame * bands, (frame + 1) * bands);
  const low = row.subarray(0, lowBands);
  const mean = low.reduce((sum, power) => sum + power, 0) / lowBands;
  if (mean < loudest - QUIET) return undefined;
  const features = Float64Array.from([...low.map((power) => power - mean), LEVEL_WEIGHT * (mean - loudest)]);
  return { features, mean, high: row.slice(lowBands).map((power) => power - mean) };
}

/** dB of each high band that the frame should have. */
function highBand(
  own: BandFrames,
  frame: number,
  shapes: readonly Shape[],
  lowBands: number,
): Float64Array | undefined {
  const mine = featuresOf(own, frame, lowBands);
  if (!mine) return undefined;
  const nearest: { distance: number; shape: Shape }[] = [];
  for (const candidate of shapes) {
    let distance = 0;
    for (let i = 0; i < mine.features.length; i++)
      distance += (mine.features[i]! - candidate.features[i]!) ** 2;
    distance /= candidate.weight;
    if (nearest.length === NEAREST && distance >= nearest.at(-1)!.distance) continue;
    const place = nearest.findIndex((other) => other.distance > distance);
    nearest.splice(place < 0 ? nearest.length : place, 0, { distance, shape: candidate });
    if (nearest.length > NEAREST) nearest.pop();
  }
  return mine.high.map((_, band) => {
    const known = nearest.map(({ shape: { high } }) => high[band]!).filter(Number.isFinite);
    return known.length > 0
      ? mine.mean + known.reduce((sum, level) => sum + level, 0) / known.length
      : -Infinity;
  });
}

/**
 * Makes the spectrum of a high band from that of the low one.
 * @returns for a spectrum and the dB of each high band, bins that the next call overwrites
 */
function createCopyUp(rate: number, lowBands: number) {
  const edges = BAND_EDGES.slice(lowBands);
  const binWidth = rate / FRAME;
  const first = Math.round((edges[0]! * (lowBands < LOW_BANDS ? WITHIN : 1)) / binWidth);
  const last = Math.min(FRAME / 2 - 1, Math.floor(edges.at(-1)! / binWidth));
  // A multiple of FRAME / HOP keeps the phases of neighbouring frames together.
  const width = (FRAME / HOP) * Math.floor(Math.min(SOURCE / binWidth, first - 1) / (FRAME / HOP));
  const centres = edges.slice(1).map((edge, band) => (edge + edges[band]!) / 2 / binWidth);
  const real = new Float64Array(FRAME / 2 + 1);
  const imaginary = new Float64Array(FRAME / 2 + 1);
  const flat = new Float64Array(width);

  return (low: { readonly real: Float64Array; readonly imaginary: Float64Array }, wanted: Float64Array) => {
    const power = (k: number) => low.real[k]! ** 2 + low.imaginary[k]! ** 2;
    for (let i = 0; i < width; i++) {
      let around = 0;
      for (let k = Math.max(0, i - SMOOTH); k <= Math.min(width - 1, i + SMOOTH); k++)
        around += power(first - width + k);
      const bins = Math.min(width - 1, i + SMOOTH) - Math.max(0, i - SMOOTH) + 1;
      flat[i] = 1 / Math.sqrt(around / bins + 1e-20);
    }
    let band = 0;
    for (let k = first; k <= last; k++) {
      while (band < centres.length - 2 && k > centres[band + 1]!) band++;
      const level = between(
        wanted[band]!,
        wanted[band + 1]!,
        (k - centres[band]!) / (centres[band + 1]! - centres[band]!),
      );
      const source = (k - first) % width;
      const gain = flat[source]! * 10 ** (level / 20);
      real[k] = gain * low.real[first - width + source]!;
      imaginary[k] = gain * low.imaginary[first - width + source]!;
    }
    return { real, imaginary };
  };
}

/** On the line from a to b, which ends there; where one of them is nothing, the nearer one. */
function between(a: number, b: number, share: number): number {
  if (a === -Infinity || b === -Infinity) return share < 0.5 ? a : b;
  return a + (b - a) * Math.min(1, Math.max(0, share));
}
