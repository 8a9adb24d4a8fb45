import { cosine } from '#core/retrieval/cosine.ts';
import type { IdVectors, Neighbours, VectorIndex } from './vectorIndex.ts';

interface Hit {
  readonly id: number;
  readonly similarity: number;
}

/** Compares with every vector: exact, and fast enough below some tens of thousands. */
export function exactIndex({ ids, vectors }: IdVectors): VectorIndex {
  return {
    kind: 'exact',
    size: ids.length,
    search(vector, n): Neighbours {
      const best: Hit[] = [];
      vectors.forEach((candidate, index) =>
        keepBest(best, { id: ids[index] ?? 0, similarity: cosine(vector, candidate) }, n),
      );
      return { ids: best.map(({ id }) => id), similarities: best.map(({ similarity }) => similarity) };
    },
  };
}

/** Puts a hit in its place among the best n, the most similar first and ids in order where they are equal. */
function keepBest(best: Hit[], hit: Hit, n: number): void {
  let place = best.length;
  while (place > 0 && precedes(hit, best[place - 1])) place--;
  if (place === n) return;
  best.splice(place, 0, hit);
  if (best.length > n) best.pop();
}

function precedes(a: Hit, b: Hit | undefined): boolean {
  return b === undefined || a.similarity > b.similarity || (a.similarity === b.similarity && a.id < b.id);
}
