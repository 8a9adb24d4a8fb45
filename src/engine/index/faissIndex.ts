import type { Index } from 'faiss-node';
import { RefoleyError } from '#core/errors.ts';
import type { FaissModule } from './loadFaiss.ts';
import type { IdVectors, Neighbours, VectorIndex } from './vectorIndex.ts';

/** From here on an exact search is felt (33 ms at 100,000) and building a graph (0.7 ms a vector) is worth it. */
export const HNSW_FROM = 20_000;
/** HNSW searches as widely as it is asked for results: at 50, recall@10 is 0.93. */
const HNSW_WIDTH = 200;
/** Vectors a call: faiss-node takes plain arrays only, 8 bytes a number. */
const CHUNK = 1000;

/** A place in the index whose sound is gone: FAISS keeps the vector, results leave it out. */
const DROPPED = 0;

export interface FaissIndex extends VectorIndex {
  readonly kind: 'flat' | 'hnsw';
  /** The sound at each place, {@link DROPPED} where there is none. */
  readonly ids: readonly number[];
  add(entries: IdVectors): void;
  drop(ids: ReadonlySet<number>): void;
  toBytes(): Uint8Array;
}

/** Builds an index: flat (exact) for a small library, HNSW for a large one. */
export function buildFaissIndex(faiss: FaissModule, dimension: number, entries: IdVectors): FaissIndex {
  const kind = faissKind(entries.ids.length);
  const metric = faiss.MetricType.METRIC_INNER_PRODUCT;
  const description = kind === 'flat' ? 'Flat' : 'HNSW32';
  const index = wrap(faiss.Index.fromFactory(dimension, description, metric), kind, []);
  index.add(entries);
  return index;
}

/** Reads what `toBytes` gave. `ids` are those of the same index. */
export function readFaissIndex(
  faiss: FaissModule,
  bytes: Uint8Array,
  kind: FaissIndex['kind'],
  ids: readonly number[],
): FaissIndex {
  const index = faiss.Index.fromBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (index.ntotal() !== ids.length) {
    throw new RefoleyError('corrupt', 'the index does not match its list of sounds: it is built again');
  }
  return wrap(index, kind, [...ids]);
}

export function faissKind(size: number): FaissIndex['kind'] {
  return size < HNSW_FROM ? 'flat' : 'hnsw';
}

function wrap(index: Index, kind: FaissIndex['kind'], ids: number[]): FaissIndex {
  let dropped = ids.filter((id) => id === DROPPED).length;
  return {
    kind,
    ids,
    get size() {
      return ids.length - dropped;
    },
    search(vector, n): Neighbours {
      const found: Neighbours = { ids: [], similarities: [] };
      const width = Math.min(ids.length, Math.max(n + dropped, kind === 'hnsw' ? HNSW_WIDTH : 0));
      if (width === 0) return found;
      const { labels, distances } = index.search(Array.from(vector), width);
      for (const [rank, label] of labels.entries()) {
        const id = label < 0 ? DROPPED : (ids[label] ?? DROPPED);
        if (id === DROPPED || found.ids.length === n) continue;
        found.ids.push(id);
        found.similarities.push(distances[rank] ?? 0);
      }
      return found;
    },
    add(entries) {
      for (let from = 0; from < entries.vectors.length; from += CHUNK) {
        index.add(entries.vectors.slice(from, from + CHUNK).flatMap((vector) => Array.from(vector)));
      }
      for (const id of entries.ids) ids.push(id);
    },
    drop(gone) {
      ids.forEach((id, place) => {
        if (!gone.has(id)) return;
        ids[place] = DROPPED;
        dropped++;
      });
    },
    toBytes: () => index.toBuffer(),
  };
}
