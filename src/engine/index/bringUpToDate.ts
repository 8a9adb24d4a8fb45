import type { SetEntry } from '../catalogue/embeddings.ts';
import { buildFaissIndex, faissKind } from './faissIndex.ts';
import type { FaissIndex } from './faissIndex.ts';
import type { StoredIndex } from './indexStore.ts';
import type { FaissModule } from './loadFaiss.ts';
import type { IdVectors } from './vectorIndex.ts';

/** Places of sounds that are gone cost memory and time; from this share on a new index is worth building. */
const MAX_DROPPED = 0.1;

/** What the catalogue holds now. */
export interface SetState {
  readonly epoch: number;
  /** Present members of the set. */
  readonly entries: readonly SetEntry[];
  /** Reads the members' vectors. */
  vectors(ids: readonly number[]): IdVectors;
}

/**
 * Adds to an index what was written since its epoch and drops what is gone or was written anew, because building an
 * HNSW graph of 100,000 sounds takes a minute and a scan may have added ten. Builds it where that does not pay.
 */
export function bringUpToDate(
  faiss: FaissModule,
  stored: StoredIndex | undefined,
  state: SetState,
): FaissIndex {
  const build = (): FaissIndex => {
    const all = state.vectors(state.entries.map(({ soundId }) => soundId));
    return buildFaissIndex(faiss, all.vectors[0]?.length ?? 1, all);
  };
  // An epoch ahead of the catalogue's: an older copy of the catalogue was put back.
  if (!stored || stored.epoch > state.epoch) return build();
  const { index, epoch } = stored;
  const unchanged = new Set(
    state.entries.filter((entry) => entry.epoch <= epoch).map(({ soundId }) => soundId),
  );
  const gone = new Set(index.ids.filter((id) => id > 0 && !unchanged.has(id)));
  const kept = new Set(index.ids.filter((id) => unchanged.has(id)));
  const places = index.ids.length - kept.size;
  if (
    index.size === 0 ||
    index.kind !== faissKind(state.entries.length) ||
    places > kept.size * MAX_DROPPED
  ) {
    return build();
  }
  index.drop(gone);
  index.add(state.vectors(state.entries.map(({ soundId }) => soundId).filter((id) => !kept.has(id))));
  return index;
}
