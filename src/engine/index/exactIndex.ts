import { bestHits } from './bestHits.ts';
import type { SetVectors } from './setVectors.ts';
import type { VectorIndex } from './vectorIndex.ts';

/** Compares with every vector of the catalogue: exact, and fast enough below some tens of thousands. */
export function exactIndex(vectors: Pick<SetVectors, 'count' | 'chunks'>): VectorIndex {
  return {
    kind: 'exact',
    get size() {
      return vectors.count();
    },
    search(vector, n) {
      const best = bestHits(vector, n);
      for (const chunk of vectors.chunks()) best.add(chunk);
      return best.result();
    },
  };
}
