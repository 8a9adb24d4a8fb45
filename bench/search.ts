import { gaussianNoise } from '#core/diffusion/noise.ts';
import { exactIndex } from '#engine/index/exactIndex.ts';
import { buildFaissIndex } from '#engine/index/faissIndex.ts';
import { loadFaiss } from '#engine/index/loadFaiss.ts';
import type { IdVectors, VectorIndex } from '#engine/index/vectorIndex.ts';

const SIZE = 100_000;
const DIMENSION = 512;
/** Sounds come in kinds: vectors scatter around this many centres, as far from them as the centres are from nothing. */
const KINDS = 500;
const WANTED = 50;
const QUERIES = 50;

/** The nearest 50 of 100,000 sounds: FAISS's graph against comparing with every one of them. */
export function searchBench(): Record<string, number> {
  const faiss = loadFaiss((line) => process.stderr.write(`${line}\n`));
  if (!faiss) return {};
  const entries = library();
  const queries = Array.from(
    { length: QUERIES },
    (_, query) => entries.vectors[query * 997] ?? new Float32Array(DIMENSION),
  );
  const began = performance.now();
  const graph = buildFaissIndex(faiss, DIMENSION, entries);
  const built = performance.now() - began;
  const exact = exactIndex(entries);
  const [byFaiss, byScan] = [timePerQuery(graph, queries), timePerQuery(exact, queries)];
  return {
    'index of 100,000, built in, s': built / 1000,
    'top 50 of 100,000, FAISS, ms': byFaiss,
    'top 50 of 100,000, exact scan, ms': byScan,
    'exact scan / FAISS': byScan / byFaiss,
    'recall at 50': recall(graph, exact, queries),
  };
}

function library(): IdVectors {
  const centres = gaussianNoise(1, KINDS * DIMENSION);
  const vectors = Array.from({ length: SIZE }, (_, sound) => {
    const vector = gaussianNoise(sound + 2, DIMENSION);
    const centre = (sound % KINDS) * DIMENSION;
    const added = vector.map((value, i) => value + (centres[centre + i] ?? 0));
    const length = Math.hypot(...added);
    return added.map((value) => value / length);
  });
  return { ids: vectors.map((_, sound) => sound + 1), vectors };
}

function timePerQuery(index: VectorIndex, queries: readonly Float32Array[]): number {
  const began = performance.now();
  for (const query of queries) index.search(query, WANTED);
  return (performance.now() - began) / queries.length;
}

function recall(index: VectorIndex, exact: VectorIndex, queries: readonly Float32Array[]): number {
  const shares = queries.map((query) => {
    const right = new Set(exact.search(query, WANTED).ids);
    return index.search(query, WANTED).ids.filter((id) => right.has(id)).length / WANTED;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
