import { describe, expect, it } from 'vitest';

import { fadeEdges, peak, peakNormalise, removeDc } from './level.ts';
import { mixdown } from './mixdown.ts';

describe('peak and peakNormalise', () => {
  it('uses one gain for all channels', () => {
    const [left, right] = peakNormalise([Float32Array.of(0.1, -0.2), Float32Array.of(0.4, 0)], -6);
    expect(peak([right ?? new Float32Array(0)])).toBeCloseTo(10 ** (-6 / 20), 6);
    expect(left?.[1]).toBeCloseTo(-0.5 * 10 ** (-6 / 20), 6);
  });

  it('finds negative peaks, leaves silence alone and brings the faintest sound up', () => {
    expect(peak([Float32Array.of(0.25, -0.75)])).toBe(0.75);
    expect(peakNormalise([new Float32Array(3)])).toEqual([new Float32Array(3)]);
    expect(peak(peakNormalise([Float32Array.of(1e-30, 0)]))).toBeCloseTo(10 ** (-1 / 20), 6);
  });

  it.each([NaN, Infinity])('refuses %d', (bad) => {
    expect(() => peakNormalise([Float32Array.of(0.5, bad, 0.1)])).toThrow('another seed');
  });
});

describe('removeDc', () => {
  it('leaves a mean of zero in each channel', () => {
    expect(removeDc([Float32Array.of(1, 0.5, 0), new Float32Array(0)])).toEqual([
      Float32Array.of(0.5, 0, -0.5),
      new Float32Array(0),
    ]);
  });
});

describe('fadeEdges', () => {
  it('starts and ends at zero and leaves the middle untouched', () => {
    const [faded = new Float32Array(0)] = fadeEdges([new Float32Array(4800).fill(1)], 48_000);
    expect(faded[0]).toBe(0);
    expect(faded.at(-1)).toBe(0);
    expect(faded[48]).toBeCloseTo(0.5, 6);
    expect(faded.slice(96, 4800 - 480).every((sample) => sample === 1)).toBe(true);
  });

  it('shares a sound that is shorter than the fades', () => {
    const [faded = new Float32Array(0)] = fadeEdges([new Float32Array(96).fill(1)], 48_000);
    expect(faded[0]).toBe(0);
    expect(faded.at(-1)).toBe(0);
    expect(Math.max(...faded)).toBeGreaterThan(0.95);
  });
});

describe('mixdown', () => {
  it('takes the mean of the channels', () => {
    expect(mixdown([Float32Array.of(1, 0), Float32Array.of(0, 0.5)])).toEqual(Float32Array.of(0.5, 0.25));
    expect(mixdown([])).toHaveLength(0);
  });
});
