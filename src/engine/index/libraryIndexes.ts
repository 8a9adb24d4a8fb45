import type { Catalogue } from '../catalogue/open.ts';
import { kindOf } from '../catalogue/embeddings.ts';
import type { EmbeddingSet } from '../catalogue/embeddings.ts';
import { sweepTemporaryFiles } from '../files/replaceFile.ts';
import { bringUpToDate } from './bringUpToDate.ts';
import type { SetState } from './bringUpToDate.ts';
import { exactIndex } from './exactIndex.ts';
import { inspectIndex, loadIndex, saveIndex } from './indexStore.ts';
import type { IndexKey, StoredIndex } from './indexStore.ts';
import { loadFaiss } from './loadFaiss.ts';
import type { FaissModule } from './loadFaiss.ts';
import type { IdVectors, VectorIndex } from './vectorIndex.ts';

const SETS: readonly EmbeddingSet[] = ['captions', 'uncaptioned', 'audio'];

export interface IndexReport {
  readonly set: EmbeddingSet;
  readonly kind: VectorIndex['kind'] | null;
  readonly size: number;
  /** `stale` is behind the catalogue, `absent` was never needed; both are mended by the next search. */
  readonly state: 'current' | 'stale' | 'absent' | 'damaged';
}

export interface LibraryIndexes {
  /** The index of a set as the catalogue has it now. */
  get(set: EmbeddingSet): Promise<VectorIndex>;
  /** What is saved on disk. */
  report(): Promise<IndexReport[]>;
}

export interface IndexOptions {
  readonly catalogue: Catalogue;
  /** Where the indexes are kept. They are derived: it may be deleted at any time. */
  readonly folder: string;
  readonly model: string;
  /** Takes one line for the user: FAISS is not there, an index cannot be saved. */
  readonly warn: (line: string) => void;
  /** FAISS, or undefined for exact search; loaded unless given. */
  readonly faiss?: FaissModule | undefined;
}

/** The indexes over a catalogue's embeddings, each loaded or built when first asked for and kept up to date. */
export function openLibraryIndexes(options: IndexOptions): LibraryIndexes {
  const { catalogue, folder, model, warn } = options;
  let faiss: FaissModule | undefined | 'not loaded' = 'faiss' in options ? options.faiss : 'not loaded';
  const open = new Map<EmbeddingSet, { readonly index: VectorIndex; readonly epoch: number }>();
  const saved = new Map<EmbeddingSet, StoredIndex>();
  const pending = new Map<EmbeddingSet, Promise<VectorIndex>>();

  return {
    get(set) {
      const present = open.get(set);
      if (present?.epoch === catalogue.epoch()) return Promise.resolve(present.index);
      const started = pending.get(set) ?? refresh(set).finally(() => pending.delete(set));
      pending.set(set, started);
      return started;
    },
    report: () => Promise.all(SETS.map((set) => reportOn(set))),
  };

  async function refresh(set: EmbeddingSet): Promise<VectorIndex> {
    if (faiss === 'not loaded') faiss = loadFaiss(warn);
    const key = keyOf(set);
    const state = stateOf(set);
    if (!faiss) return keep(exactIndex(state.vectors(state.entries.map(({ soundId }) => soundId))));
    const stored = saved.get(set) ?? (await loadIndex(faiss, key));
    const current = stored?.epoch === state.epoch;
    const next = current ? stored : { index: bringUpToDate(faiss, stored, state), epoch: state.epoch };
    saved.set(set, next);
    if (!current) await save(key, next);
    return keep(next.index);

    function keep(index: VectorIndex): VectorIndex {
      open.set(set, { index, epoch: state.epoch });
      return index;
    }
  }

  async function save(key: IndexKey, current: StoredIndex): Promise<void> {
    try {
      await sweepTemporaryFiles(folder);
      await saveIndex(key, current);
    } catch (cause) {
      warn(
        `the index was not saved and is built again next time: ${cause instanceof Error ? cause.message : ''}`,
      );
    }
  }

  function stateOf(set: EmbeddingSet): SetState {
    const kind = kindOf(set);
    const { epoch, entries } = catalogue.read(() => ({
      epoch: catalogue.epoch(),
      entries: catalogue.embeddings.entries(set, model),
    }));
    const vectors = (ids: readonly number[]): IdVectors => {
      const found: { ids: number[]; vectors: Float32Array[] } = { ids: [], vectors: [] };
      for (const id of ids) {
        const vector = catalogue.embeddings.get(id, kind, model);
        if (!vector) continue;
        found.ids.push(id);
        found.vectors.push(vector);
      }
      return found;
    };
    return { epoch, entries, vectors };
  }

  async function reportOn(set: EmbeddingSet): Promise<IndexReport> {
    const stored = await inspectIndex(keyOf(set));
    if (typeof stored === 'string') return { set, kind: null, size: 0, state: stored };
    const { kind, size, epoch } = stored;
    return { set, kind, size, state: epoch === catalogue.epoch() ? 'current' : 'stale' };
  }

  function keyOf(set: EmbeddingSet): IndexKey {
    return { folder, catalogue: catalogue.id, set, model };
  }
}
