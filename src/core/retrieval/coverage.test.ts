import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverage, nearSimilarity } from './coverage.ts';

const calibration = { mean: 0.02, std: 0.1 };

describe('nearSimilarity', () => {
  // Upper quantiles of the normal distribution, from tables.
  it.each([
    [1, 2],
    [1000, 3.0902],
    [100_000, 4.2649],
    [1_000_000, 4.7534],
  ])('in a library of %i is %f deviations above the mean', (librarySize, deviations) => {
    expect((nearSimilarity(calibration, librarySize) - 0.02) / 0.1).toBeCloseTo(deviations, 2);
  });
});

describe('coverage', () => {
  const near = nearSimilarity(calibration, 1000) + 0.001;
  const of = (values: number[], known?: number) =>
    coverage(new Map([['THUN', values]]), {
      calibration,
      librarySize: 1000,
      known: new Map(known === undefined ? [] : [['THUN', known]]),
    }).get('THUN');

  it.each([
    [0, 'none'],
    [1, 'thin'],
    [2, 'thin'],
    [3, 'fair'],
    [9, 'fair'],
    [10, 'good'],
    [40, 'good'],
  ])('with %i near sounds is %s', (count, verdict) => {
    const values = [
      ...Array.from({ length: 40 - count }, () => near - 0.002),
      ...Array.from({ length: count }, () => near),
    ];
    expect(of(values)).toEqual({ near: count, best: count > 0 ? near : near - 0.002, verdict });
  });

  it('counts what is known to be of the kind', () => {
    expect(of([0.1, near], 12)).toEqual({ near: 12, best: near, verdict: 'good' });
  });

  it('says that an empty library has none', () => {
    expect(of([])).toEqual({ near: 0, best: null, verdict: 'none' });
  });

  it('never gets worse by a sound more', () => {
    const verdicts = ['none', 'thin', 'fair', 'good'];
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 30 }), (values) => {
        const before = of(values.slice(1));
        const after = of(values);
        expect(verdicts.indexOf(after?.verdict ?? '')).toBeGreaterThanOrEqual(
          verdicts.indexOf(before?.verdict ?? ''),
        );
      }),
    );
  });
});
