import { createFaissIndex, samplesFor } from './faissIndex.ts';
import type { FaissIndex } from './faissIndex.ts';
import type { FaissModule } from './loadFaiss.ts';
import type { SetVectors } from './setVectors.ts';

/**
 * Builds an index from what the catalogue holds, in two passes over it for a large library: the first draws the sample
 * that the lists are trained with, the second fills them.
 *
 * @param onProgress takes the number of vectors added
 */
export function buildIndex(
  faiss: FaissModule,
  vectors: SetVectors,
  onProgress: (done: number) => void = () => undefined,
): FaissIndex {
  const size = vectors.count();
  const sample = [...drawn(vectors, size)];
  let index: FaissIndex | undefined;
  for (const chunk of vectors.chunks()) {
    index ??= createFaissIndex(faiss, chunk.vectors[0]?.length ?? 1, size, sample);
    index.add(chunk);
    onProgress(index.ids.length);
  }
  return index ?? createFaissIndex(faiss, 1, 0, []);
}

/** Vectors at even distances through the whole library, so that every source has its share. */
function* drawn(vectors: SetVectors, size: number): Iterable<Float32Array> {
  const wanted = samplesFor(size);
  if (wanted === 0) return;
  let [seen, taken] = [0, 0];
  for (const chunk of vectors.chunks()) {
    for (const vector of chunk.vectors) {
      if (seen++ * wanted < taken * size) continue;
      taken++;
      yield vector;
    }
  }
}
