import { describe, expect, it } from 'vitest';

import { applyFilterbank, htkFilterbank, slaneyFilterbank } from './filterbank.ts';

describe('slaneyFilterbank', () => {
  it('has triangles of unit area: a flat spectrum gives the bin density in every filter', () => {
    const bank = slaneyFilterbank(64, 1024, 16_000);
    const out = new Float64Array(64);
    applyFilterbank(bank, new Float64Array(513).fill(1), out);
    // Sampled triangles miss the integral by little where they are many bins wide.
    for (const value of out.slice(32)) expect(value).toBeCloseTo(1024 / 16_000, 2);
  });

  it('lets a frequency through where librosa does: bin 64 (1000 Hz) peaks in filter 21', () => {
    const bank = slaneyFilterbank(64, 1024, 16_000);
    const out = new Float64Array(64);
    applyFilterbank(bank, new Float64Array(513).fill(1, 64, 65), out);
    expect(out.indexOf(Math.max(...out))).toBe(21);
    expect(Math.max(...out)).toBeCloseTo(0.0111, 4);
  });
});

describe('htkFilterbank', () => {
  it('has weights that sum to one', () => {
    const out = new Float64Array(96);
    applyFilterbank(htkFilterbank(96, 2048, 44_100), new Float64Array(1025).fill(1), out);
    for (const value of out) expect(value).toBeCloseTo(1, 5);
  });
});
