import { describe, expect, it } from 'vitest';

import { createRealFft } from './fft.ts';
import { probeSignal } from './probeSignal.ts';

/** The definition, term by term. */
function slowTransform(input: Float64Array): { real: number[]; imaginary: number[] } {
  const bins = Array.from({ length: input.length / 2 + 1 }, (_, k) => k);
  const project = (wave: (phase: number) => number) =>
    bins.map((k) =>
      input.reduce(
        (total, x, n) => total + x * wave((2 * Math.PI * ((k * n) % input.length)) / input.length),
        0,
      ),
    );
  return { real: project(Math.cos), imaginary: project((phase) => -Math.sin(phase)) };
}

describe('createRealFft', () => {
  it.each([4, 8, 64, 512, 1024])('equals the discrete Fourier transform of %i samples', (size) => {
    const input = Float64Array.from(probeSignal(8000, 0.2).subarray(500, 500 + size));
    const expected = slowTransform(input);
    const fft = createRealFft(size);
    fft.transform(input);
    expected.real.forEach((value, k) => expect(fft.real[k]).toBeCloseTo(value, 11));
    expected.imaginary.forEach((value, k) => expect(fft.imaginary[k]).toBeCloseTo(value, 11));
  });

  it('keeps the energy (Parseval)', () => {
    const input = Float64Array.from(probeSignal(16_000, 0.2).subarray(1000, 3048));
    const fft = createRealFft(2048);
    fft.transform(input);
    let energy = 0;
    fft.real.forEach((re, k) => {
      const twice = k === 0 || k === 1024 ? 1 : 2;
      energy += (twice * (re ** 2 + (fft.imaginary[k] ?? 0) ** 2)) / 2048;
    });
    expect(energy).toBeCloseTo(
      input.reduce((total, x) => total + x * x, 0),
      10,
    );
  });

  it.each([4, 8, 1024])('gives the samples of %d bins back', (size) => {
    const input = Float64Array.from(probeSignal(16_000, 0.2).subarray(1000, 1000 + size));
    const fft = createRealFft(size);
    fft.transform(input);
    const output = new Float64Array(size);
    fft.inverse(fft.real.slice(), fft.imaginary.slice(), output);
    output.forEach((value, n) => expect(value).toBeCloseTo(input[n] ?? 0, 12));
  });

  it.each([0, 2, 3, 1000, 1.5])('refuses a size of %d', (size) => {
    expect(() => createRealFft(size)).toThrow('power of two');
  });
});
