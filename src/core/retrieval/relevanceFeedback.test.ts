import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosine } from './cosine.ts';
import { towards } from './relevanceFeedback.ts';
import { meanDirection } from './suggestCategory.ts';

const unit = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 })
  .filter((values) => Math.hypot(...values) > 0.1)
  .map((values) => meanDirection([Float32Array.from(values)]));
const some = fc.array(unit, { minLength: 1, maxLength: 4 });
/** Vectors that cancel each other are refused; that is for the other test. */
const direction = (more: Float32Array[], less: Float32Array[]): Float32Array => {
  try {
    return towards(more, less);
  } catch {
    fc.pre(false);
    return new Float32Array();
  }
};

describe('towards', () => {
  it('is the middle of what is wanted where nothing is unwanted', () => {
    fc.assert(
      fc.property(some, (more) => {
        const middle = meanDirection(more);
        fc.pre(Math.hypot(...middle) > 0.5);
        expect(cosine(direction(more, []), middle)).toBeCloseTo(1, 4);
      }),
    );
    expect([...towards([Float32Array.of(0.6, 0.8)], [])].map((value) => Math.round(value * 1e6))).toEqual([
      600_000, 800_000,
    ]);
  });

  it('has unit length, whatever the order and however often all are said', () => {
    fc.assert(
      fc.property(some, some, (more, less) => {
        const found = direction(more, less);
        expect(cosine(found, found)).toBeCloseTo(1, 5);
        const again = direction([...more, ...more].reverse(), [...less].reverse());
        expect(cosine(found, again)).toBeCloseTo(1, 4);
      }),
    );
  });

  it('goes away from what is unwanted, and not beyond it', () => {
    fc.assert(
      fc.property(unit, unit, (more, less) => {
        fc.pre(cosine(more, less) < 0.999);
        const found = direction([more], [less]);
        expect(cosine(found, less)).toBeLessThan(cosine(more, less) + 1e-6);
        // A half away cannot turn one sound into its opposite.
        expect(cosine(found, more)).toBeGreaterThan(0.8);
      }),
    );
  });

  it('makes a right angle with what was 60 degrees away', () => {
    const less = Float32Array.of(0.5, Math.sqrt(0.75));
    expect(cosine(towards([Float32Array.of(1, 0)], [less]), less)).toBeCloseTo(0, 6);
  });

  it('has nowhere to go between the same sound, or opposites', () => {
    const [a, b] = [Float32Array.of(0.6, 0.8), Float32Array.of(-0.6, -0.8)];
    expect(() => towards([a], [a])).toThrow(expect.objectContaining({ kind: 'input' }) as Error);
    expect(() => towards([a, b], [])).toThrow(expect.objectContaining({ kind: 'input' }) as Error);
  });
});
