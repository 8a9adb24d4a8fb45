import { describe, expect, it } from 'vitest';
import { cosine } from '../retrieval/cosine.ts';
import { mixNeighbours } from './mixNeighbours.ts';

const EAST = Float32Array.of(1, 0, 0);
const NORTH = Float32Array.of(0, 1, 0);
const UP = Float32Array.of(0, 0, 1);

describe('mixNeighbours', () => {
  it('asks for what lies between the prompt and its neighbours, the nearer to them the more', () => {
    const nearness = [0.5, 1, 2, 8].map((amount) =>
      cosine(mixNeighbours(EAST, [{ embedding: NORTH, weight: 1 }], amount).prompt, NORTH),
    );
    expect(nearness[1]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(nearness).toEqual(nearness.toSorted((a, b) => a - b));
  });

  it('shares the influence out by weight, and passes over those that nobody knows', () => {
    const neighbours = [
      { embedding: NORTH, weight: 3 },
      { embedding: undefined, weight: 9 },
      { embedding: UP, weight: 1 },
    ];
    const { prompt, influence } = mixNeighbours(EAST, neighbours, 1);
    expect([...influence]).toEqual([0.75, 0, 0.25]);
    expect(prompt[1]! / prompt[2]!).toBeCloseTo(3, 5);
    expect(Math.hypot(...prompt)).toBeCloseTo(1, 6);
  });

  it('leaves the prompt alone where nothing is to be mixed in', () => {
    expect(mixNeighbours(EAST, [{ embedding: NORTH, weight: 1 }], 0)).toEqual({
      prompt: EAST,
      influence: Float32Array.of(0),
    });
    expect(mixNeighbours(EAST, [], 1).prompt).toBe(EAST);
  });
});
