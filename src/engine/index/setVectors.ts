import type { createEmbeddingQueries, EmbeddingSet } from '../catalogue/embeddings.ts';
import type { SoundVectors } from '../catalogue/embeddings.ts';

/** The vectors of one set under one model, as the catalogue holds them now: the truth that every index is made from. */
export interface SetVectors {
  count(): number;
  /** Those of the sounds that belong to the set. */
  of(ids: readonly number[]): SoundVectors;
  /** Ids of the members that were written after an epoch, ascending. */
  changedSince(epoch: number): number[];
  /** All of them by ascending id, a chunk at a time: a large library's do not fit the memory. */
  chunks(): Iterable<SoundVectors>;
}

const CHUNK = 1000;

export function setVectors(
  embeddings: ReturnType<typeof createEmbeddingQueries>,
  set: EmbeddingSet,
  model: string,
): SetVectors {
  return {
    count: () => embeddings.count(set, model),
    of(ids) {
      const found = [...embeddings.among(set, model, ids)];
      return { ids: found.map(({ soundId }) => soundId), vectors: found.map(({ vector }) => vector) };
    },
    changedSince: (epoch) => embeddings.changedSince(set, model, epoch),
    *chunks() {
      let after = 0;
      for (;;) {
        const chunk = embeddings.next(set, model, after, CHUNK);
        after = chunk.ids.at(-1) ?? 0;
        if (chunk.ids.length === 0) return;
        yield chunk;
      }
    },
  };
}
