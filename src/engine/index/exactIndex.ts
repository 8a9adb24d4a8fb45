import { bestHits } from './bestHits.ts';
import type { SetVectors } from './setVectors.ts';
import type { VectorIndex } from './vectorIndex.ts';

/** Compares with every vector of the catalogue: exact, and fast enough below some tens of thousands. */
export function exactIndex(vectors: Pick<SetVectors, 'count' | 'chunks'>): VectorIndex {
  const searchAll: VectorIndex['searchAll'] = (queries, n, atLeast) => {
    const best = queries.map((vector) => bestHits(vector, n, atLeast));
    for (const chunk of vectors.chunks()) for (const hits of best) hits.add(chunk);
    return best.map((hits) => hits.result());
  };
  return {
    kind: 'exact',
    get size() {
      return vectors.count();
    },
    search: (vector, n) => searchAll([vector], n, -Infinity)[0] ?? { ids: [], similarities: [] },
    searchAll,
  };
}
