import { cosine } from '#core/retrieval/cosine.ts';
import type { IdVectors, Neighbours, VectorIndex } from './vectorIndex.ts';

/** Compares with every vector: exact, and fast enough below some tens of thousands. */
export function exactIndex({ ids, vectors }: IdVectors): VectorIndex {
  return {
    kind: 'exact',
    size: ids.length,
    search(vector, n): Neighbours {
      const hits = vectors.map((candidate, index) => ({
        id: ids[index] ?? 0,
        similarity: cosine(vector, candidate),
      }));
      hits.sort((a, b) => b.similarity - a.similarity || a.id - b.id);
      const best = hits.slice(0, n);
      return { ids: best.map(({ id }) => id), similarities: best.map(({ similarity }) => similarity) };
    },
  };
}
