export interface Neighbours {
  /** Sound ids, most similar first. */
  readonly ids: number[];
  /** Cosine similarities, -1..1. */
  readonly similarities: number[];
}

/** Nearest neighbours among unit vectors, by cosine. */
export interface VectorIndex {
  /** `flat` and `hnsw` are FAISS; `exact` is a scan in JavaScript where FAISS is not installed. */
  readonly kind: 'flat' | 'hnsw' | 'exact';
  readonly size: number;
  /**
   * @param vector unit length
   * @param n at most this many
   */
  search(vector: Float32Array, n: number): Neighbours;
}

/** What an index is made of. */
export interface IdVectors {
  readonly ids: readonly number[];
  readonly vectors: readonly Float32Array[];
}
