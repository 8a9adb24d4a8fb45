import { describe, expect, it } from 'vitest';
import { differenceFrom, TOLERANCE } from './agreement.ts';

const wave = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(i));

describe('differenceFrom', () => {
  it('is relative to the size of the numbers', () => {
    const prediction = wave(1000);
    const off = (scale: number) =>
      differenceFrom(
        { prediction: prediction.map((value) => scale * value) },
        { prediction: prediction.map((value) => scale * value * 1.001) },
      );
    expect(off(1)).toBeCloseTo(0.001, 6);
    expect(off(1e-3)).toBeCloseTo(off(1), 6);
    expect(off(1)).toBeLessThan(TOLERANCE);
  });

  it('is that of the worst output', () => {
    const reference = { prediction: wave(10), influence: wave(3) };
    const outputs = { ...reference, influence: reference.influence.map((value) => -value) };
    expect(differenceFrom(reference, outputs)).toBeCloseTo(2);
    expect(differenceFrom(reference, reference)).toBe(0);
  });

  it.each([
    ['a missing output', {}],
    ['one of another size', { y: wave(9) }],
    ['no number', { y: wave(10).fill(NaN, 3, 4) }],
    ['no end', { y: wave(10).fill(Infinity, 3, 4) }],
  ])('is without limit for %s', (_, outputs) => {
    expect(differenceFrom({ y: wave(10) }, outputs)).toBe(Infinity);
  });

  it('is without limit for noise where there should be silence', () => {
    expect(differenceFrom({ y: new Float32Array(4) }, { y: wave(4) })).toBe(Infinity);
    expect(differenceFrom({ y: new Float32Array(4) }, { y: new Float32Array(4) })).toBe(0);
  });
});
