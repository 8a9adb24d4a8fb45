import { createRealFft } from './fft.ts';
import { applyFilterbank, kaldiFilterbank } from './filterbank.ts';
import { frameCount } from './stft.ts';

/** What is published of AudioMAE's input says no more than these. */
export interface KaldiFormat {
  readonly sampleRate: number;
  readonly hop: number;
  readonly bins: number;
  readonly frames: number;
}

/** Seconds. */
const WINDOW = 0.025;
const PREEMPHASIS = 0.97;
/** Hz of the lowest filter's edge. */
const LOWEST = 20;
/** The smallest difference from 1 in single precision. */
const FLOOR = 2 ** -23;

/**
 * Kaldi's filter banks without dither, as torchaudio.compliance.kaldi.fbank makes them with a Hann window: natural logarithms of mel
 * powers; `kaldi_fbank` of training/refoley_training/audio.py.
 *
 * @param samples mono at `format.sampleRate`
 * @returns [frames, bins], zeros where the sound has ended
 */
export function kaldiFbank(samples: Float32Array, format: KaldiFormat): Float32Array {
  const { sampleRate, hop, bins, frames } = format;
  const length = Math.round(WINDOW * sampleRate);
  const fftSize = 2 ** Math.ceil(Math.log2(length));
  const bank = kaldiFilterbank(bins, fftSize, sampleRate, LOWEST);
  // Ends in zeros, unlike what an STFT takes.
  const window = Float64Array.from(
    { length },
    (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / (length - 1)),
  );
  const fft = createRealFft(fftSize);
  const frame = new Float64Array(fftSize);
  const power = new Float64Array(fftSize / 2 + 1);
  const mel = new Float64Array(bins);
  const data = new Float32Array(frames * bins);
  for (let f = 0; f < Math.min(frames, frameCount(samples.length, length, hop)); f++) {
    const part = samples.subarray(f * hop, f * hop + length);
    const offset = part.reduce((sum, sample) => sum + sample, 0) / length;
    for (let n = 0; n < length; n++) {
      const before = part[Math.max(0, n - 1)]! - offset;
      frame[n] = (part[n]! - offset - PREEMPHASIS * before) * window[n]!;
    }
    fft.transform(frame);
    for (let k = 0; k < power.length; k++) power[k] = fft.real[k]! ** 2 + fft.imaginary[k]! ** 2;
    applyFilterbank(bank, power, mel);
    for (let i = 0; i < bins; i++) data[f * bins + i] = Math.log(Math.max(mel[i]!, FLOOR));
  }
  return data;
}
