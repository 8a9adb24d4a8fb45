import { describe, expect, it } from 'vitest';
import { exactIndex } from './exactIndex.ts';
import { buildFaissIndex, faissKind, HNSW_FROM, readFaissIndex } from './faissIndex.ts';
import { loadFaiss } from './loadFaiss.ts';

const faiss = loadFaiss(() => undefined);
const DIMENSION = 8;

/** Unit vectors from a small generator, spread over the sphere. */
function vectors(count: number, seed: number): Float32Array[] {
  let state = seed;
  const next = () => (state = (state * 48_271) % 0x7fff_ffff) / 0x7fff_ffff - 0.5;
  return Array.from({ length: count }, () => {
    const vector = Float32Array.from({ length: DIMENSION }, next);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
}

describe('faissKind', () => {
  it('changes to HNSW for a large library', () => {
    expect([0, HNSW_FROM - 1, HNSW_FROM].map(faissKind)).toEqual(['flat', 'flat', 'hnsw']);
  });
});

describe.runIf(faiss)('an HNSW index', () => {
  it('finds nearly all that an exact search finds, also after it was saved and after a drop', () => {
    if (!faiss) return;
    const entries = {
      ids: vectors(HNSW_FROM, 1).map((_, index) => index + 1),
      vectors: vectors(HNSW_FROM, 1),
    };
    const built = buildFaissIndex(faiss, DIMENSION, entries);
    const index = readFaissIndex(faiss, built.toBytes(), built.kind, built.ids);
    const exact = exactIndex(entries);
    const recall = vectors(20, 7).map((query) => {
      const expected = new Set(exact.search(query, 10).ids);
      const found = index.search(query, 10);
      expect(found.similarities).toEqual(found.similarities.toSorted((a, b) => b - a));
      return found.ids.filter((id) => expected.has(id)).length / 10;
    });
    expect(index.kind).toBe('hnsw');
    expect(recall.reduce((sum, value) => sum + value) / recall.length).toBeGreaterThan(0.95);

    const query = vectors(1, 7)[0] ?? new Float32Array();
    const [best = 0] = index.search(query, 1).ids;
    index.drop(new Set([best]));
    expect(index.search(query, 3).ids).not.toContain(best);
    expect(index.size).toBe(HNSW_FROM - 1);
  });

  it('does not read a list that is not its own', () => {
    if (!faiss) return;
    const built = buildFaissIndex(faiss, DIMENSION, { ids: [1, 2], vectors: vectors(2, 1) });
    expect(() => readFaissIndex(faiss, built.toBytes(), 'flat', [1])).toThrow(/does not match/);
  });
});
