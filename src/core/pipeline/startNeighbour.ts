import { philox } from '../diffusion/philox.ts';

/** Keeps the draw apart from the blocks that noise is made of. */
const STREAM = 0x5354_4152;

/**
 * The neighbour whose sound a take begins from: drawn by the seed, with their weights as chances, so that the takes of one
 * prompt begin from different ones, and the same seed always from the same.
 *
 * @returns its place; undefined where there is none
 */
export function startNeighbour(seed: number, weights: readonly number[]): number | undefined {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) return undefined;
  const [word] = philox([0, 0, 0, 0], [seed >>> 0, STREAM]);
  let left = (word / 2 ** 32) * total;
  const drawn = weights.findIndex((weight) => (left -= weight) < 0);
  return drawn < 0 ? weights.length - 1 : drawn;
}
