import Database from 'better-sqlite3';
import { RefoleyError } from '#core/errors.ts';
import { createEmbeddingQueries } from '../catalogue/embeddings.ts';
import { buildIndex } from './buildIndex.ts';
import { saveIndex } from './indexStore.ts';
import type { IndexKey } from './indexStore.ts';
import { loadFaiss } from './loadFaiss.ts';
import { setVectors } from './setVectors.ts';

/** Of vectors. */
export interface BuildProgress {
  readonly stage: 'index';
  readonly done: number;
  readonly of: number;
}

export interface BuildJob {
  /** Path of the catalogue. */
  readonly catalogue: string;
  readonly key: IndexKey;
}

/**
 * Builds an index and saves it, beside whoever searches and writes meanwhile: what is written while it is built has a
 * later epoch and is added afterwards.
 *
 * @throws RefoleyError `unavailable` when FAISS cannot be loaded or there is no space
 */
export async function buildIndexFile(
  { catalogue, key }: BuildJob,
  onProgress: (progress: BuildProgress) => void,
): Promise<void> {
  const faiss = loadFaiss(() => undefined);
  if (!faiss) throw new RefoleyError('unavailable', 'FAISS cannot be loaded: run "npm run setup"');
  const db = new Database(catalogue, { readonly: true });
  try {
    const epoch = db.prepare<[], number>('SELECT epoch FROM meta').pluck().get() ?? 0;
    const vectors = setVectors(createEmbeddingQueries(db), key.set, key.model);
    const builtFor = vectors.count();
    const index = buildIndex(faiss, vectors, (done) => onProgress({ stage: 'index', done, of: builtFor }));
    await saveIndex(key, { index, epoch, builtFor });
  } finally {
    db.close();
  }
}
