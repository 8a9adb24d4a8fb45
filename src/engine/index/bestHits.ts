import type { SoundVectors } from '../catalogue/embeddings.ts';
import { cosine } from '#core/retrieval/cosine.ts';
import type { Neighbours } from './vectorIndex.ts';

interface Hit {
  readonly id: number;
  readonly similarity: number;
}

/** Keeps the n vectors nearest to one of all that it is shown, of those that are near enough. */
export function bestHits(vector: Float32Array, n: number, atLeast = -Infinity) {
  const best: Hit[] = [];
  return {
    add({ ids, vectors }: SoundVectors): void {
      vectors.forEach((candidate, place) => {
        const similarity = cosine(vector, candidate);
        if (similarity >= atLeast) keep(best, { id: ids[place] ?? 0, similarity }, n);
      });
    },
    result: (): Neighbours => ({
      ids: best.map(({ id }) => id),
      similarities: best.map(({ similarity }) => similarity),
    }),
  };
}

/** Puts a hit in its place among the best n, the most similar first and ids in order where they are equal. */
function keep(best: Hit[], hit: Hit, n: number): void {
  if (best.length === n && !precedes(hit, best[n - 1])) return;
  let place = best.length;
  while (place > 0 && precedes(hit, best[place - 1])) place--;
  best.splice(place, 0, hit);
  if (best.length > n) best.pop();
}

function precedes(a: Hit, b: Hit | undefined): boolean {
  return b === undefined || a.similarity > b.similarity || (a.similarity === b.similarity && a.id < b.id);
}
