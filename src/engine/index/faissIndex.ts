import type { Index } from 'faiss-node';
import { RefoleyError } from '#core/errors.ts';
import type { FaissModule } from './loadFaiss.ts';
import type { SoundVectors } from '../catalogue/embeddings.ts';

/** From here on an exact search is felt (33 ms at 100,000) and training an inverted file is worth it. */
export const IVF_FROM = 20_000;
/** FAISS wants 39 vectors for each list that it trains. */
const SAMPLES_PER_LIST = 40;
/** A 32nd of the lists is looked into, and of a small index 16: recall@10 0.98 at 50,000 captions (docs/benchmarks.md). */
const PROBED_SHARE = 1 / 32;
const LEAST_PROBED = 16;
/** Similarities of vectors of 8 bits a number are off by less. */
const ROUNDING = 0.02;
/** Vectors a call: faiss-node takes plain arrays only, 8 bytes a number. */
const CHUNK = 1000;

export type FaissKind = 'flat' | 'ivf';

/**
 * Finds candidates. What it holds may lag behind the catalogue and is rounded to 8 bits in an inverted file, so whoever
 * asks compares the candidates again by their vectors in the catalogue.
 */
export interface FaissIndex {
  readonly kind: FaissKind;
  /** The sound at each place; one that was embedded again has two. */
  readonly ids: readonly number[];
  add(entries: SoundVectors): void;
  /**
   * Of each vector ids of about n sounds, roughly the nearest first; together they take a fraction of what they take one by one.
   *
   * @param atLeast leaves out those that are surely less similar
   */
  nearest(vectors: readonly Float32Array[], n: number, atLeast: number): number[][];
  write(path: string): void;
}

export function faissKind(size: number): FaissKind {
  return size < IVF_FROM ? 'flat' : 'ivf';
}

/** How many vectors an inverted file over `size` of them is trained with. */
export function samplesFor(size: number): number {
  return faissKind(size) === 'flat' ? 0 : SAMPLES_PER_LIST * listsFor(size);
}

/**
 * An empty index for `size` vectors: flat (exact) for a small library, an inverted file of 8-bit vectors for a large one.
 * A graph (HNSW) finds as much as fast, but takes ten times as long to build and four times the memory.
 *
 * @param sample {@link samplesFor} of them
 */
export function createFaissIndex(
  faiss: FaissModule,
  dimension: number,
  size: number,
  sample: readonly Float32Array[],
): FaissIndex {
  const kind = faissKind(size);
  const lists = listsFor(size);
  const description = kind === 'flat' ? 'Flat' : `IVF${lists},SQ8`;
  const index = faiss.Index.fromFactory(dimension, description, faiss.MetricType.METRIC_INNER_PRODUCT);
  if (kind === 'flat') return wrap(index, kind, []);
  index.train(numbers(sample));
  return wrap(probing(faiss, index, lists), kind, []);
}

/** Reads what `write` wrote. `ids` are those of the same index. */
export function readFaissIndex(
  faiss: FaissModule,
  path: string,
  kind: FaissKind,
  ids: readonly number[],
): FaissIndex {
  const index = faiss.Index.read(path);
  if (index.ntotal() !== ids.length) {
    throw new RefoleyError('corrupt', 'the index does not match its list of sounds: it is built again');
  }
  return wrap(index, kind, [...ids]);
}

function wrap(index: Index, kind: FaissKind, ids: number[]): FaissIndex {
  return {
    kind,
    ids,
    add(entries) {
      for (let from = 0; from < entries.vectors.length; from += CHUNK) {
        index.add(numbers(entries.vectors.slice(from, from + CHUNK)));
      }
      for (const id of entries.ids) ids.push(id);
    },
    nearest(vectors, n, atLeast) {
      const width = Math.min(ids.length, n);
      if (width === 0) return vectors.map(() => []);
      const { labels, distances } = index.search(numbers(vectors), width);
      const isNear = (place: number): boolean => (distances[place] ?? -1) >= atLeast - ROUNDING;
      return vectors.map((_, query) => {
        const places = Array.from({ length: width }, (__, rank) => query * width + rank).filter(isNear);
        return [...new Set(places.flatMap((place) => ids[labels[place] ?? -1] ?? []))];
      });
    },
    write: (path) => {
      index.write(path);
    },
  };
}

/** About twice the root of the size, as a power of two. */
function listsFor(size: number): number {
  return 2 ** Math.round(Math.log2(2 * Math.sqrt(size)));
}

/** Offsets in FAISS's file of an inverted file ("IwSq"): its u64 number of lists, then that of those it looks into. */
const LISTS_OFFSET = 37;
const PROBED_OFFSET = LISTS_OFFSET + 8;

/** Makes an index look into more than one list: faiss-node has no call for it, but the number is in the file's header. */
function probing(faiss: FaissModule, index: Index, lists: number): Index {
  const bytes = index.toBuffer();
  const isInvertedFile = bytes.toString('latin1', 0, 4) === 'IwSq';
  if (!isInvertedFile || Number(bytes.readBigUInt64LE(LISTS_OFFSET)) !== lists) {
    throw new RefoleyError(
      'unavailable',
      'this FAISS writes another format: run "npm run setup" to install ours',
    );
  }
  const probed = Math.max(LEAST_PROBED, Math.ceil(lists * PROBED_SHARE));
  bytes.writeBigUInt64LE(BigInt(probed), PROBED_OFFSET);
  return faiss.Index.fromBuffer(bytes);
}

function numbers(vectors: readonly Float32Array[]): number[] {
  const dimension = vectors[0]?.length ?? 0;
  const all = new Array<number>(vectors.length * dimension);
  vectors.forEach((vector, row) => {
    for (let n = 0; n < dimension; n++) all[row * dimension + n] = vector[n] ?? 0;
  });
  return all;
}
