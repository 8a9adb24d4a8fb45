import type { RefoleyManifest } from '#core/pack/refoleyManifest.ts';
import { applyFilterbank, slaneyFilterbank } from './filterbank.ts';
import { eachPowerSpectrum, frameCount, reflectPad } from './stft.ts';

/** With that of AudioMAE. */
export type FbankFormat = RefoleyManifest['audio'];
export type AudioFormat = Omit<FbankFormat, 'fbankBins' | 'fbankFrames'>;

/** Row-major [frames, bins]. */
export interface Spectrogram {
  readonly frames: number;
  readonly bins: number;
  readonly data: Float32Array;
}

/**
 * Natural log of mel magnitudes, floored at `logFloor`: `log_mel` of training/refoley_training/audio.py. HiFi-GAN's
 * framing: reflect padding of (fftSize - hop) / 2, so that n samples make floor(n / hop) frames.
 *
 * @param samples mono at `format.sampleRate`
 */
export function logMel(
  samples: Float32Array,
  format: AudioFormat,
  bins: number = format.melBins,
): Spectrogram {
  const { fftSize, hop, sampleRate, logFloor } = format;
  const padded = reflectPad(samples, Math.floor((fftSize - hop) / 2));
  const bank = slaneyFilterbank(bins, fftSize, sampleRate);
  const frames = frameCount(padded.length, fftSize, hop);
  const data = new Float32Array(frames * bins);
  const magnitude = new Float64Array(fftSize / 2 + 1);
  const mel = new Float64Array(bins);
  eachPowerSpectrum(padded, fftSize, hop, (frame, power) => {
    for (let k = 0; k < power.length; k++) magnitude[k] = Math.sqrt(power[k]!);
    applyFilterbank(bank, magnitude, mel);
    for (let i = 0; i < bins; i++) data[frame * bins + i] = Math.log(Math.max(mel[i]!, logFloor));
  });
  return { frames, bins, data };
}

/**
 * AudioMAE's input: log-mel filter banks of the first fbankFrames x hop samples, zero-padded; `fbank` of audio.py.
 *
 * @param samples mono at `format.sampleRate`, conditioned
 * @returns [fbankFrames, fbankBins]
 */
export function fbank(samples: Float32Array, format: FbankFormat): Float32Array {
  const window = new Float32Array(format.fbankFrames * format.hop);
  window.set(samples.subarray(0, window.length));
  return logMel(window, format, format.fbankBins).data;
}
