import { describe, expect, it } from 'vitest';
import { divergence, frechetDistance, inceptionScore } from './metrics.ts';

const vectors = (...rows: number[][]) => rows.map((row) => Float32Array.from(row));

describe('frechetDistance', () => {
  // Means (0, 0) and (3, 0); variances (1, 1) and (4, 1): 9 + (1 - 2)^2 = 10.
  const a = vectors([1, 1], [-1, -1], [1, -1], [-1, 1]);
  const unit = Math.sqrt(3 / 4);
  const b = a.map(([x = 0, y = 0]) => Float32Array.from([3 + 2 * x, y]));

  it('has its closed form for Gaussians', () => {
    const scaled = (set: Float32Array[], x0: number) =>
      set.map(([x = 0, y = 0]) => Float32Array.from([x0 + (x - x0) * unit, y * unit]));
    expect(frechetDistance(scaled(a, 0), scaled(b, 3))).toBeCloseTo(10, 4);
  });

  it('is zero for a set and itself, and symmetric', () => {
    expect(frechetDistance(a, a)).toBeCloseTo(0, 5);
    expect(frechetDistance(a, b)).toBeCloseTo(frechetDistance(b, a), 6);
  });

  it('takes sets smaller than their dimension', () => {
    const few = vectors([1, 0, 0, 0, 0], [0, 1, 0, 0, 0]);
    const many = vectors([0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]);
    expect(frechetDistance(few, many)).toBeGreaterThan(0);
    expect(frechetDistance(many, few)).toBeCloseTo(frechetDistance(few, many), 6);
  });
});

describe('posteriors', () => {
  const sure = vectors([1, 0], [0, 1]);
  const even = vectors([0.5, 0.5], [0.5, 0.5]);

  it('diverge by nothing from themselves and by log 2 from a coin', () => {
    expect(divergence(sure, sure)).toBeCloseTo(0, 6);
    expect(divergence(sure, even)).toBeCloseTo(Math.log(2), 4);
  });

  it('score the number of classes when sure and varied, 1 when undecided', () => {
    expect(inceptionScore(sure)).toBeCloseTo(2, 3);
    expect(inceptionScore(even)).toBeCloseTo(1, 6);
  });
});
