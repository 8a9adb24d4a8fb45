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
  /** The same for many vectors at once, without what is less similar than `atLeast`. */
  searchAll(vectors: readonly Float32Array[], n: number, atLeast: number): Neighbours[];
}
