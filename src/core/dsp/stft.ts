import { createRealFft } from './fft.ts';
import { periodicHann } from './window.ts';

/** Frames of `fftSize` samples, `hop` apart, that fit into `length` samples. */
export function frameCount(length: number, fftSize: number, hop: number): number {
  return length < fftSize ? 0 : 1 + Math.floor((length - fftSize) / hop);
}

/**
 * Visits the power spectrum |X[k]|^2 of every Hann-windowed frame; no padding is added.
 *
 * @param visit gets the frame number and fftSize / 2 + 1 bins, a buffer that the next frame overwrites
 */
export function eachPowerSpectrum(
  samples: Float32Array,
  fftSize: number,
  hop: number,
  visit: (frame: number, power: Float64Array) => void,
): void {
  const fft = createRealFft(fftSize);
  const window = periodicHann(fftSize);
  const windowed = new Float64Array(fftSize);
  const power = new Float64Array(fftSize / 2 + 1);
  const frames = frameCount(samples.length, fftSize, hop);
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * hop;
    for (let n = 0; n < fftSize; n++) windowed[n] = samples[start + n]! * window[n]!;
    fft.transform(windowed);
    for (let k = 0; k < power.length; k++) power[k] = fft.real[k]! ** 2 + fft.imaginary[k]! ** 2;
    visit(frame, power);
  }
}

/** Mirrors `pad` samples at both ends without repeating the edge (numpy's and torch's "reflect"). */
export function reflectPad(samples: Float32Array, pad: number): Float32Array {
  const n = samples.length;
  const padded = new Float32Array(n + 2 * pad);
  padded.set(samples, pad);
  if (n === 0) return padded;
  const period = Math.max(1, 2 * (n - 1));
  const mirrored = (index: number): number => {
    const folded = ((index % period) + period) % period;
    return samples[folded < n ? folded : period - folded]!;
  };
  for (let i = 0; i < pad; i++) {
    padded[i] = mirrored(i - pad);
    padded[pad + n + i] = mirrored(n + i);
  }
  return padded;
}
