import { describe, expect, it } from 'vitest';
import { gaussianNoise } from '../diffusion/noise.ts';
import { principalPlane, projectOnPlane } from './principalComponents.ts';

/** Points around a mean that spread by the given deviations along the first axes, and by 0.1 along the others. */
function cloud(rows: number, dimension: number, deviations: readonly number[]): Float32Array {
  return gaussianNoise(3, rows * dimension).map((value, n) => {
    const place = n % dimension;
    return value * (deviations[place] ?? 0.1) + 5 * Math.sin(place);
  });
}

const inChunks = (vectors: Float32Array, size: number) =>
  function* () {
    for (let at = 0; at < vectors.length; at += size) yield vectors.subarray(at, at + size);
  };

describe('principalPlane', () => {
  it('finds the axes along which a cloud was stretched', () => {
    const vectors = cloud(4000, 16, [0.5, 3, 0.5, 2]);
    const { axes, explained, mean } = principalPlane(inChunks(vectors, 16 * 300), 16);
    expect(Math.abs(axes[0][1] ?? 0)).toBeGreaterThan(0.999);
    expect(Math.abs(axes[1][3] ?? 0)).toBeGreaterThan(0.999);
    const total = 9 + 4 + 2 * 0.25 + 12 * 0.01;
    expect(explained[0]).toBeCloseTo(9 / total, 1);
    expect(explained[1]).toBeCloseTo(4 / total, 1);
    expect(mean[1]).toBeCloseTo(5 * Math.sin(1), 0);
  });

  it('agrees with a case worked by hand', () => {
    // The corners of a rectangle of 4 by 2 turned by 45 degrees, about (10, 10, 10).
    const [a, b] = [3 / Math.SQRT2, 1 / Math.SQRT2];
    const corners = [a, b, 0, b, a, 0, -a, -b, 0, -b, -a, 0].map((value) => value + 10);
    const vectors = Float32Array.from(corners);
    const plane = principalPlane(() => [vectors], 3);
    [Math.SQRT1_2, Math.SQRT1_2, 0].forEach((value, n) => {
      expect(plane.axes[0][n]).toBeCloseTo(value, 4);
    });
    expect(plane.axes[1].map(Math.abs)[0]).toBeCloseTo(Math.SQRT1_2, 4);
    expect(plane.explained[0]).toBeCloseTo(0.8, 5);
    expect(plane.explained[1]).toBeCloseTo(0.2, 5);
    const points = projectOnPlane(plane, vectors);
    expect([0, 2, 4, 6].map((n) => Math.abs(points[n] ?? 0))).toEqual(
      Array.from({ length: 4 }, () => expect.closeTo(2, 4)),
    );
  });

  it('does not depend on how the vectors are cut', () => {
    const vectors = cloud(200, 8, [1, 2]);
    const whole = principalPlane(() => [vectors], 8);
    const cut = principalPlane(inChunks(vectors, 8 * 7), 8);
    cut.axes.forEach((axis, n) => {
      axis.forEach((value, place) => {
        expect(value).toBeCloseTo(whole.axes[n]?.[place] ?? NaN, 9);
      });
    });
  });

  it('lays equal vectors on one point', () => {
    const vectors = new Float32Array(40).fill(0.5);
    const plane = principalPlane(() => [vectors], 8);
    expect(plane.explained).toEqual([0, 0]);
    for (const value of projectOnPlane(plane, vectors)) expect(value).toBeCloseTo(0, 5);
  });

  it.each([
    ['too few', new Float32Array(16), 'at least 3'],
    ['half a row', new Float32Array(30), 'whole rows'],
    ['not a number', new Float32Array(32).fill(NaN), 'not finite'],
  ])('refuses %s', (_, vectors, message) => {
    expect(() => principalPlane(() => [vectors], 8)).toThrow(
      expect.objectContaining({
        kind: 'input',
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });
});
