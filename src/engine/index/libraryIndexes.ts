import type { Catalogue } from '../catalogue/open.ts';
import type { EmbeddingSet } from '../catalogue/embeddings.ts';
import { sweepTemporaryFiles } from '../files/replaceFile.ts';
import { bestHits } from './bestHits.ts';
import { buildIndex } from './buildIndex.ts';
import type { BuildJob, BuildProgress } from './buildIndexFile.ts';
import { exactIndex } from './exactIndex.ts';
import { faissKind } from './faissIndex.ts';
import { inspectIndex, loadIndex, saveIndex } from './indexStore.ts';
import type { IndexKey, StoredIndex } from './indexStore.ts';
import { loadFaiss } from './loadFaiss.ts';
import type { FaissModule } from './loadFaiss.ts';
import { setVectors } from './setVectors.ts';
import type { SetVectors } from './setVectors.ts';
import type { Neighbours, VectorIndex } from './vectorIndex.ts';

const SETS: readonly EmbeddingSet[] = ['captions', 'uncaptioned', 'audio'];

/** So many new sounds are added to an index at once (a tenth of a second a thousand); for more it is built anew. */
const ADDED_AT_ONCE = 5000;
/** Places of sounds that are gone or were embedded again cost memory and time; beyond this share it is built anew. */
const MAX_STALE = 0.1;
/** The lists of an inverted file fit up to this multiple of the size it was built for. */
const MAX_GROWTH = 3;
/** More candidates than results: ranked by 8-bit vectors, or by ones that have changed since, the best may be further down. */
const SPARE_CANDIDATES = 150;
/** Saving a large index takes seconds; what was added since is added again at the next start. */
const SAVED_FROM = 0.05;

export interface IndexReport {
  readonly set: EmbeddingSet;
  readonly kind: VectorIndex['kind'] | null;
  readonly size: number;
  /** `stale` is behind the catalogue, `absent` was never needed; both are mended by the next search. */
  readonly state: 'current' | 'stale' | 'absent' | 'damaged';
}

export interface LibraryIndexes {
  /**
   * The index of a set. It answers for what the catalogue holds now, unless a large one is being built: then the one
   * before answers, or every vector is compared.
   */
  get(set: EmbeddingSet): Promise<VectorIndex>;
  /** Builds and saves whatever is behind the catalogue: the last step of a scan. */
  settle(onProgress?: (progress: BuildProgress) => void): Promise<void>;
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
  /** Builds and saves a large index in another process: {@link buildIndexFile}. */
  readonly build: (job: BuildJob, onProgress: (progress: BuildProgress) => void) => Promise<void>;
  /** FAISS, or undefined for exact search; loaded unless given. */
  readonly faiss?: FaissModule | undefined;
}

/** The indexes over a catalogue's embeddings, each loaded or built when first asked for and kept up to date. */
export function openLibraryIndexes(options: IndexOptions): LibraryIndexes {
  const { catalogue, folder, model, warn } = options;
  let faiss: FaissModule | undefined | 'not loaded' = 'faiss' in options ? options.faiss : 'not loaded';
  const held = new Map<EmbeddingSet, Held>();
  const savedPlaces = new Map<EmbeddingSet, number>();
  const pending = new Map<EmbeddingSet, Promise<VectorIndex>>();
  const builds = new Map<EmbeddingSet, Promise<unknown>>();
  let watching: (progress: BuildProgress) => void = () => undefined;

  return {
    get(set) {
      const started = pending.get(set) ?? upToDate(set).finally(() => pending.delete(set));
      pending.set(set, started);
      return started;
    },
    async settle(onProgress = () => undefined) {
      watching = onProgress;
      for (const set of SETS) {
        await this.get(set);
        await builds.get(set);
        await this.get(set);
      }
      watching = () => undefined;
    },
    report: () => Promise.all(SETS.map((set) => reportOn(set))),
  };

  async function upToDate(set: EmbeddingSet): Promise<VectorIndex> {
    if (faiss === 'not loaded') faiss = loadFaiss(warn);
    const vectors = vectorsOf(set);
    if (!faiss) return exactIndex(vectors);
    const present = held.get(set) ?? (await load(faiss, set));
    const epoch = catalogue.epoch();
    if (present?.epoch === epoch) return searching(present, vectors);
    if (present && canFollow(present, epoch)) {
      const changed = vectors.changedSince(present.epoch);
      if (changed.length <= ADDED_AT_ONCE) {
        present.index.add(vectors.of(changed));
        const next = { ...present, epoch, size: vectors.count() };
        held.set(set, next);
        if (isWorn(next)) await rebuild(faiss, set, vectors);
        else await saveSometimes(set, next);
        return searching(held.get(set) ?? next, vectors);
      }
    }
    await rebuild(faiss, set, vectors);
    const now = held.get(set);
    return now ? searching(now, vectors) : exactIndex(vectors);
  }

  async function load(module: FaissModule, set: EmbeddingSet): Promise<Held | undefined> {
    const stored = await loadIndex(module, keyOf(set));
    if (!stored) return undefined;
    const loaded = { ...stored, size: vectorsOf(set).count() };
    held.set(set, loaded);
    savedPlaces.set(set, stored.index.ids.length);
    return loaded;
  }

  /** A small index is built at once, a large one beside: what there was goes on serving. */
  async function rebuild(module: FaissModule, set: EmbeddingSet, vectors: SetVectors): Promise<void> {
    const builtFor = vectors.count();
    if (faissKind(builtFor) === 'flat') {
      const epoch = catalogue.epoch();
      const next = { index: buildIndex(module, vectors), epoch, builtFor, size: builtFor };
      held.set(set, next);
      await save(set, next);
    } else if (!builds.has(set)) {
      await sweepTemporaryFiles(folder);
      const built = options
        .build({ catalogue: catalogue.path, key: keyOf(set) }, (progress) => {
          watching(progress);
        })
        .then(() => load(module, set))
        .catch((cause: unknown) => warn(`an index could not be built: ${messageOf(cause)}`))
        .finally(() => builds.delete(set));
      builds.set(set, built);
    }
  }

  async function saveSometimes(set: EmbeddingSet, index: StoredIndex): Promise<void> {
    const places = index.index.ids.length;
    const added = places - (savedPlaces.get(set) ?? 0);
    if (index.index.kind === 'flat' || added > places * SAVED_FROM) await save(set, index);
  }

  async function save(set: EmbeddingSet, index: StoredIndex): Promise<void> {
    try {
      await sweepTemporaryFiles(folder);
      await saveIndex(keyOf(set), index);
      savedPlaces.set(set, index.index.ids.length);
    } catch (cause) {
      warn(`the index was not saved and is built again next time: ${messageOf(cause)}`);
    }
  }

  async function reportOn(set: EmbeddingSet): Promise<IndexReport> {
    const stored = await inspectIndex(keyOf(set));
    if (typeof stored === 'string') return { set, kind: null, size: 0, state: stored };
    const { kind, size, epoch } = stored;
    return { set, kind, size, state: epoch === catalogue.epoch() ? 'current' : 'stale' };
  }

  function vectorsOf(set: EmbeddingSet): SetVectors {
    return setVectors(catalogue.embeddings, set, model);
  }

  function keyOf(set: EmbeddingSet): IndexKey {
    return { folder, catalogue: catalogue.id, set, model };
  }
}

const NONE: Neighbours = { ids: [], similarities: [] };

/** An index in use, with how many sounds its set has in the catalogue. */
type Held = StoredIndex & { readonly size: number };

/** An epoch ahead of the catalogue's: an older copy of the catalogue was put back. */
function canFollow(index: StoredIndex, epoch: number): boolean {
  return index.epoch < epoch && index.index.ids.length > 0;
}

function isWorn({ index, builtFor, size }: Held): boolean {
  const stale = index.ids.length - size;
  return index.kind !== faissKind(size) || stale > size * MAX_STALE || size > builtFor * MAX_GROWTH;
}

/** Ranks an index's candidates by their vectors of now: what is gone or has changed since is never taken for what it was. */
function searching({ index, size }: Held, vectors: SetVectors): VectorIndex {
  const searchAll: VectorIndex['searchAll'] = (queries, n, atLeast) => {
    const candidates = index.nearest(queries, n + SPARE_CANDIDATES, atLeast);
    return queries.map((vector, query) => {
      const best = bestHits(vector, n, atLeast);
      best.add(vectors.of(candidates[query] ?? []));
      return best.result();
    });
  };
  return {
    kind: index.kind,
    size,
    search: (vector, n) => searchAll([vector], n, -Infinity)[0] ?? NONE,
    searchAll,
  };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
