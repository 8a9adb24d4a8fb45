import { describe, expect, it } from 'vitest';

import { resample, resampled } from './resample.ts';

function sine(hz: number, rate: number, samples: number): Float32Array {
  return Float32Array.from({ length: samples }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hz * n) / rate));
}

/** dB of the expected sine over everything else, 50 ms at both edges left out; phase and level have to match too. */
function signalToError(actual: Float32Array, hz: number, rate: number): number {
  const expected = sine(hz, rate, actual.length);
  let signal = 0;
  let error = 0;
  for (let n = rate / 20; n < actual.length - rate / 20; n++) {
    signal += (expected[n] ?? 0) ** 2;
    error += ((actual[n] ?? 0) - (expected[n] ?? 0)) ** 2;
  }
  return 10 * Math.log10(signal / error);
}

describe('resample', () => {
  it.each([
    [16_000, 48_000, 1000],
    [48_000, 16_000, 1000],
    [48_000, 16_000, 7000],
    [44_100, 16_000, 6000],
    [16_000, 44_100, 997],
  ])('carries %i Hz to %i Hz: a sine of %i Hz keeps its level and its place', async (from, to, hz) => {
    expect(signalToError(await resample(sine(hz, from, from / 2), from, to), hz, to)).toBeGreaterThan(120);
  });

  it.each([11_025, 44_103])('carries a long sound of %i Hz, which does not divide by ten', async (from) => {
    const samples = 1_000_000 + Math.round(from / 3);
    const actual = await resample(sine(1000, from, samples), from, 48_000, 'medium');
    expect(actual.length).toBe(Math.round((samples * 48_000) / from));
    expect(Math.max(...actual.slice(-48_000, -4800))).toBeCloseTo(0.5, 2);
  });

  it('is clean at medium quality too', async () => {
    const actual = await resample(sine(6000, 44_100, 22_050), 44_100, 16_000, 'medium');
    expect(signalToError(actual, 6000, 16_000)).toBeGreaterThan(100);
  });

  it('rejects what would alias', async () => {
    const folded = await resample(sine(10_000, 48_000, 24_000), 48_000, 16_000);
    const level = Math.max(...folded.slice(800, -800).map(Math.abs));
    expect(20 * Math.log10(level / 0.5)).toBeLessThan(-120);
  });

  it('makes round(n x to / from) samples and fills them to the end', async () => {
    for (const n of [0, 1, 2, 100, 1001, 4410]) {
      expect(await resample(new Float32Array(n), 44_100, 16_000)).toHaveLength(
        Math.round((n * 16_000) / 44_100),
      );
    }
    const long = await resample(sine(100, 44_100, 1_060_000), 44_100, 48_000, 'medium');
    expect(long).toHaveLength(Math.round((1_060_000 * 48_000) / 44_100));
    expect(Math.max(...long.slice(-400))).toBeGreaterThan(0.4);
  });

  it.each([
    [44_100, 48_000],
    [48_000, 16_000],
    [39_987, 48_000],
    [192_000, 8000],
    [8000, 96_000],
    [48_000, 48_000],
  ])('gives the same from %i to %i Hz in pieces', async (from, to) => {
    for (const length of [1, 1000, from >> 1]) {
      const samples = Float32Array.from({ length }, (_, n) => Math.sin(n / 7) * Math.cos(n / 301));
      const pieces: number[] = [];
      for await (const piece of resampled(samples, from, to, 'medium')) pieces.push(...piece);
      expect(Float32Array.from(pieces)).toEqual(await resample(samples, from, to, 'medium'));
    }
  });

  it('forgets the sound before, whatever its length', async () => {
    const once = new Map<number, Float32Array>();
    for (const n of [6000, 400_000, 5000, 9000, 400_000, 6000, 9000]) {
      const carried = await resample(sine(300, 16_000, n), 16_000, 44_100, 'medium');
      expect(carried.every((sample, i) => sample === (once.get(n) ?? carried)[i])).toBe(true);
      expect(signalToError(carried, 300, 44_100)).toBeGreaterThan(90);
      once.set(n, carried);
      // Crowds the kept ones out.
      if (n === 9000)
        for (const rate of [8000, 22_050, 32_000, 48_000])
          await resample(sine(300, 16_000, 90), 16_000, rate);
    }
  });

  it('gives the same bits whatever runs beside it', async () => {
    const input = sine(440, 16_000, 3000);
    const [first, , second] = await Promise.all([
      resample(input, 16_000, 48_000),
      resample(input, 16_000, 44_100),
      resample(input, 16_000, 48_000),
    ]);
    expect(second).toEqual(first);
  });

  it('returns the same samples at the same rate', async () => {
    const input = sine(440, 16_000, 10);
    expect(await resample(input, 16_000, 16_000)).toBe(input);
  });

  it.each([
    [0, 48_000],
    [-1, 48_000],
    [NaN, 48_000],
    [1, 48_000],
  ])('refuses %d Hz to %d Hz', async (from, to) => {
    await expect(resample(new Float32Array(10), from, to)).rejects.toMatchObject({ kind: 'input' });
  });
});
