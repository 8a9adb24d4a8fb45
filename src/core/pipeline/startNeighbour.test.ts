import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startNeighbour } from './startNeighbour.ts';

describe('the neighbour that a take begins from', () => {
  it('is drawn by the seed with the weights as chances', () => {
    const drawn = Array.from({ length: 4000 }, (_, seed) => startNeighbour(seed, [1, 3, 0]));
    const shares = [0, 1, 2].map((place) => drawn.filter((each) => each === place).length / drawn.length);
    expect(shares[0]).toBeGreaterThan(0.22);
    expect(shares[0]).toBeLessThan(0.28);
    expect(shares[2]).toBe(0);
  });

  it('is one that is there', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1 }),
        (seed, weights) => {
          expect(weights[startNeighbour(seed, weights) ?? -1]).toBeDefined();
        },
      ),
    );
    expect(startNeighbour(1, [])).toBeUndefined();
  });
});
