import { applyFilterbank, htkTriangles, slaneyFilterbank, type Band } from './filterbank.ts';
import type { Spectrogram } from './mel.ts';
import { eachPowerSpectrum, frameCount, reflectPad } from './stft.ts';

/** What of a CLAP checkpoint's preprocessor_config.json says how it hears. */
export interface ClapFormat {
  readonly sampleRate: number;
  readonly fftSize: number;
  readonly hop: number;
  readonly bins: number;
  /** What it hears at once. */
  readonly seconds: number;
  readonly band: Band;
  /** Whether a sound is given as four views that the model fuses: the whole of it, shrunk, and three parts. */
  readonly fused: boolean;
}

/** Row-major [views, frames, bins]. */
export interface ClapViews extends Spectrogram {
  readonly views: number;
}

const FLOOR = 1e-10;
const PARTS = 3;

/**
 * Input of LAION-CLAP's audio tower (Wu et al., 2023), the numbers of transformers' ClapFeatureExtractor: mel powers in dB. Short
 * sounds are repeated as often as they fit whole, then padded with silence. Where the reference takes parts of longer ones at
 * random, these are the middle ones, so that a sound is always heard alike.
 *
 * @param samples mono at `format.sampleRate`
 */
export function clapMel(samples: Float32Array, format: ClapFormat): ClapViews {
  const { hop, bins, seconds, sampleRate, fused } = format;
  const heard = seconds * sampleRate;
  const frames = Math.floor(heard / hop) + 1;
  const excess = samples.length - heard;
  if (!fused) {
    const first = Math.max(0, Math.floor(excess / 2));
    const part = repeated(samples.subarray(first, first + heard), heard);
    return { views: 1, frames, bins, data: decibels(part, format).data };
  }
  const whole = decibels(excess > 0 ? samples : repeated(samples, heard), format);
  const starts = middleStarts(whole.frames - frames + 1);
  const views = [
    shrunk(whole, frames),
    ...starts.map((start) => whole.data.subarray(start * bins, (start + frames) * bins)),
  ];
  const data = new Float32Array(views.length * frames * bins);
  for (const [index, view] of views.entries()) data.set(view, index * frames * bins);
  return { views: views.length, frames, bins, data };
}

function repeated(samples: Float32Array, length: number): Float32Array {
  const filled = new Float32Array(length);
  const { length: count } = samples;
  for (let at = 0; count > 0 && at + count <= length; at += count) filled.set(samples, at);
  return filled;
}

function decibels(samples: Float32Array, format: ClapFormat): Spectrogram {
  const { fftSize, hop, bins, sampleRate, band, fused } = format;
  const bank = (fused ? htkTriangles : slaneyFilterbank)(bins, fftSize, sampleRate, band);
  const padded = reflectPad(samples, fftSize / 2);
  const frames = frameCount(padded.length, fftSize, hop);
  const data = new Float32Array(frames * bins);
  const mel = new Float64Array(bins);
  eachPowerSpectrum(padded, fftSize, hop, (frame, power) => {
    applyFilterbank(bank, power, mel);
    for (let i = 0; i < bins; i++) data[frame * bins + i] = 10 * Math.log10(Math.max(mel[i]!, FLOOR));
  });
  return { frames, bins, data };
}

/** The middle one of each third of all places where a part can begin. */
function middleStarts(places: number): number[] {
  const starts: number[] = [];
  let first = 0;
  for (let part = 0; part < PARTS; part++) {
    const count = Math.floor(places / PARTS) + (part < places % PARTS ? 1 : 0);
    starts.push(count > 0 ? first + Math.floor(count / 2) : 0);
    first += count;
  }
  return starts;
}

/** Fewer frames by linear interpolation between frame centres, as torch does without aligned corners. */
function shrunk({ frames, bins, data }: Spectrogram, target: number): Float32Array {
  const result = new Float32Array(target * bins);
  for (let frame = 0; frame < target; frame++) {
    const place = Math.max(0, ((frame + 0.5) * frames) / target - 0.5);
    const below = Math.floor(place);
    const above = Math.min(below + 1, frames - 1);
    const share = place - below;
    for (let i = 0; i < bins; i++) {
      result[frame * bins + i] = (1 - share) * data[below * bins + i]! + share * data[above * bins + i]!;
    }
  }
  return result;
}
