import { RefoleyError } from '../errors.ts';

/**
 * How much of what is not wanted is taken away: at a half, what is as near as 60 degrees (a cosine of 0.5) to the wanted
 * ends at a right angle to what is searched for, and one sound of either kind cannot turn the search round.
 */
const LESS = 0.5;

/**
 * "More like these, less like those": the mean of the wanted minus a share of the mean of the unwanted (Rocchio 1971,
 * "Relevance feedback in information retrieval"), here of unit vectors, so that loud or odd sounds count no more than others.
 *
 * @param more at least one, unit length
 * @param less unit length
 * @returns unit length
 * @throws RefoleyError `input` when nothing is left: both sides are the same sound, or the wanted are opposites
 */
export function towards(more: readonly Float32Array[], less: readonly Float32Array[]): Float32Array {
  const [wanted, unwanted] = [mean(more), mean(less)];
  const direction = wanted.map((value, index) => value - LESS * (unwanted[index] ?? 0));
  const length = lengthOf(direction);
  if (length < 1e-6 || (less.length > 0 && isSame(wanted, unwanted))) {
    throw new RefoleyError(
      'input',
      'what is to be found and what is to be left out sound the same: name other sounds',
    );
  }
  return direction.map((value) => value / length);
}

function mean(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) vector.forEach((value, index) => (sum[index]! += value / vectors.length));
  return sum;
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, index) => Math.abs(value - (b[index] ?? 0)) < 1e-6);
}

function lengthOf(vector: Float32Array): number {
  let energy = 0;
  for (const value of vector) energy += value * value;
  return Math.sqrt(energy);
}
