import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { combineBranches, planBranches, rescaleGuidance } from './guidance.ts';
import { gaussianNoise } from './noise.ts';

const none = gaussianNoise(1, 32);
const text = gaussianNoise(2, 32);
const both = gaussianNoise(3, 32);

function guided(guidance: number, libraryGuidance: number, hasNeighbours = true): Float32Array {
  const branches = planBranches({ guidance, libraryGuidance, hasNeighbours });
  const predictions = branches.map((branch) => (branch.library ? both : branch.text ? text : none));
  return combineBranches(branches, predictions);
}

describe('planBranches and combineBranches', () => {
  it('make eps_00 + w_text (eps_t0 - eps_00) + w_lib (eps_tr - eps_t0)', () => {
    const weights = fc.double({ min: -2, max: 10, noNaN: true });
    fc.assert(
      fc.property(weights, weights, (wText, wLibrary) => {
        guided(wText, wLibrary).forEach((value, i) => {
          const [n = 0, t = 0, b = 0] = [none[i], text[i], both[i]];
          expect(value).toBeCloseTo(n + wText * (t - n) + wLibrary * (b - t), 4);
        });
      }),
    );
  });

  it.each([
    [{ guidance: 3, libraryGuidance: 2, hasNeighbours: true }, ['', 'text', 'text library']],
    [{ guidance: 3, libraryGuidance: 3, hasNeighbours: true }, ['', 'text library']],
    [{ guidance: 1, libraryGuidance: 2, hasNeighbours: true }, ['text', 'text library']],
    [{ guidance: 1, libraryGuidance: 1, hasNeighbours: true }, ['text library']],
    [{ guidance: 1, libraryGuidance: 0, hasNeighbours: true }, ['text']],
    [{ guidance: 3, libraryGuidance: 2, hasNeighbours: false }, ['', 'text']],
    [{ guidance: 1, libraryGuidance: 9, hasNeighbours: false }, ['text']],
    [{ guidance: 0, libraryGuidance: 0, hasNeighbours: true }, ['']],
  ])('runs no branch that %j does not need', (options, expected) => {
    const branches = planBranches(options);
    const names = branches.map((branch) =>
      [branch.text && 'text', branch.library && 'library'].filter(Boolean).join(' '),
    );
    expect(names).toEqual(expected);
    expect(branches.reduce((total, branch) => total + branch.coefficient, 0)).toBeCloseTo(1, 12);
  });

  it('passes a single branch through untouched', () => {
    expect(guided(1, 1)).toEqual(both);
    expect(guided(1, 5, false)).toEqual(text);
  });
});

describe('rescaleGuidance', () => {
  const deviation = (values: Float32Array): number => {
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    return Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length);
  };
  const loud = both.map((value) => 3 * value);

  it('is off by default', () => {
    expect(rescaleGuidance(loud, both)).toBe(loud);
  });

  it('brings the deviation back to the conditional one, by half at phi 0.5', () => {
    expect(deviation(rescaleGuidance(loud, both, 1))).toBeCloseTo(deviation(both), 5);
    expect(deviation(rescaleGuidance(loud, both, 0.5))).toBeCloseTo(2 * deviation(both), 5);
  });
});
