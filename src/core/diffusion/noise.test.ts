import { describe, expect, it } from 'vitest';

import { exactCosSin, exactLog } from './exactMath.ts';
import goldens from './goldens/noise.json' with { type: 'json' };
import { gaussianNoise } from './noise.ts';
import { philox } from './philox.ts';

describe('philox', () => {
  // Known answers of the Random123 library, kat_vectors.
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)('gives the known answer for counter %j, key %j', (counter, key, expected) => {
    expect(philox(counter, key)).toEqual(expected);
  });
});

describe('exact mathematics', () => {
  it('agrees with Math to a few units in the last place', () => {
    for (let i = 1; i <= 5000; i++) {
      const turns = i / 5000;
      const [cos, sin] = exactCosSin(turns);
      expect(Math.abs(cos - Math.cos(2 * Math.PI * turns))).toBeLessThan(1e-15);
      expect(Math.abs(sin - Math.sin(2 * Math.PI * turns))).toBeLessThan(1e-15);
      for (const value of [turns, turns * 1e-9, turns * 1e6]) {
        expect(Math.abs(exactLog(value) - Math.log(value))).toBeLessThan(1e-14);
      }
    }
  });
});

describe('gaussianNoise', () => {
  it.each(Object.entries(goldens.seeds))(
    'gives the same bits as the training code for seed %s',
    (seed, stored) => {
      const bytes = new Uint8Array(gaussianNoise(Number(seed), 33).buffer);
      expect(Buffer.from(bytes).toString('base64')).toBe(stored);
    },
  );

  it('gives the same bits for 200,001 values', () => {
    const { seed, count, bits } = goldens.sum;
    const words = new Uint32Array(gaussianNoise(seed, count).buffer);
    expect(words.reduce((total, word) => (total + word) >>> 0, 0)).toBe(bits);
  });

  it('starts a longer take with the noise of a shorter one', () => {
    expect(gaussianNoise(5, 1000).slice(0, 7)).toEqual(gaussianNoise(5, 7));
  });

  it('has the moments of a standard normal distribution', () => {
    const noise = gaussianNoise(2026, 200_000);
    const moment = (power: number): number =>
      noise.reduce((total, x) => total + x ** power, 0) / noise.length;
    // Five standard errors each.
    expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / noise.length));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / noise.length));
    expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / noise.length));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / noise.length));
  });

  it('passes a Kolmogorov-Smirnov test against it', () => {
    const noise = gaussianNoise(11, 50_000).sort();
    let distance = 0;
    noise.forEach((x, i) => {
      const below = normalCdf(x);
      distance = Math.max(
        distance,
        Math.abs(below - i / noise.length),
        Math.abs(below - (i + 1) / noise.length),
      );
    });
    // Significance 0.1 %.
    expect(distance * Math.sqrt(noise.length)).toBeLessThan(1.95);
  });

  it('is uncorrelated from value to value and from seed to seed', () => {
    const noise = gaussianNoise(1, 100_000);
    const other = gaussianNoise(2, 100_000);
    const correlation = (a: Float32Array, b: Float32Array): number =>
      a.reduce((total, x, i) => total + x * (b[i] ?? 0), 0) / a.length;
    for (const lag of [1, 2, 64])
      expect(Math.abs(correlation(noise, noise.subarray(lag)))).toBeLessThan(0.016);
    expect(Math.abs(correlation(noise, other))).toBeLessThan(0.016);
  });
});

/** Abramowitz and Stegun 7.1.26, error below 2e-7. */
function normalCdf(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const series = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];
  const erf = 1 - series.reduceRight((total, c) => (total + c) * t, 0) * Math.exp(-z * z);
  return x < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}
