export interface Neighbours {
  /** Sound ids, most similar first. */
  readonly ids: number[];
  /** Cosine similarities, -1..1. */
  readonly similarities: number[];
}

/** Nearest neighbours among unit vectors, by cosine. */
export interface VectorIndex {
  /** `flat` and `ivf` are FAISS; `exact` reads every vector of the catalogue, where there is no index (yet). */
  readonly kind: 'flat' | 'ivf' | 'exact';
  /** How many sounds it was made from. */
  readonly size: number;
  /**
   * @param vector unit length
   * @param n at most this many
   */
  search(vector: Float32Array, n: number): Neighbours;
}
