import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../library/testing/fakeLibrary.ts';
import { bestHits } from './bestHits.ts';
import { createFaissIndex, faissKind, IVF_FROM, readFaissIndex, samplesFor } from './faissIndex.ts';
import { loadFaiss } from './loadFaiss.ts';

const faiss = loadFaiss(() => undefined);
const DIMENSION = 16;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  folder.remove();
});

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
  it('changes to an inverted file for a large library', () => {
    expect([0, IVF_FROM - 1, IVF_FROM].map(faissKind)).toEqual(['flat', 'flat', 'ivf']);
  });
});

describe.runIf(faiss)('an inverted file', () => {
  it('has nearly all of the nearest among its candidates, also after it was saved', () => {
    if (!faiss) return;
    const all = vectors(IVF_FROM, 1);
    const entries = { ids: all.map((_, index) => index + 1), vectors: all };
    const built = createFaissIndex(faiss, DIMENSION, IVF_FROM, all.slice(0, samplesFor(IVF_FROM)));
    built.add(entries);
    const path = join(folder.path, 'index.faiss');
    built.write(path);
    const index = readFaissIndex(faiss, path, built.kind, built.ids);
    const recall = vectors(20, 7).map((query) => {
      const exact = bestHits(query, 10);
      exact.add(entries);
      const candidates = new Set(index.nearest([query], 200, -1)[0]);
      return exact.result().ids.filter((id) => candidates.has(id)).length / 10;
    });
    expect(index.kind).toBe('ivf');
    expect(recall.reduce((sum, value) => sum + value) / recall.length).toBeGreaterThan(0.9);
  });

  it('does not read a list that is not its own', () => {
    if (!faiss) return;
    const built = createFaissIndex(faiss, DIMENSION, 2, []);
    built.add({ ids: [1, 2], vectors: vectors(2, 1) });
    const path = join(folder.path, 'index.faiss');
    built.write(path);
    expect(() => readFaissIndex(faiss, path, 'flat', [1])).toThrow(/does not match/);
  });
});
