import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { EmbeddingSet } from '../catalogue/embeddings.ts';
import { writeFileAtomic } from '../files/replaceFile.ts';
import { readFaissIndex } from './faissIndex.ts';
import type { FaissIndex } from './faissIndex.ts';
import type { FaissModule } from './loadFaiss.ts';

const sidecarSchema = z.object({
  format: z.literal(1),
  /** The catalogue it was made from, and that one's epoch. */
  catalogue: z.string(),
  epoch: z.number().int(),
  model: z.string(),
  kind: z.enum(['flat', 'hnsw']),
  /** The sound at each place of the index. */
  ids: z.array(z.number().int()),
  /** Of the FAISS file: reading a damaged one could take the process down. */
  sha256: z.string(),
});
type Sidecar = z.infer<typeof sidecarSchema>;

/** Which index: made from which catalogue's set under which model, and where it is kept. */
export interface IndexKey {
  readonly folder: string;
  readonly catalogue: string;
  readonly set: EmbeddingSet;
  readonly model: string;
}

export interface StoredIndex {
  readonly index: FaissIndex;
  readonly epoch: number;
}

export type StoredState = Pick<Sidecar, 'epoch' | 'kind'> & { readonly size: number };

/** Reads an index that was saved; undefined when there is none, or it is damaged or not of this catalogue. */
export async function loadIndex(faiss: FaissModule, key: IndexKey): Promise<StoredIndex | undefined> {
  try {
    const stored = await readStored(key);
    if (!stored) return undefined;
    const { sidecar, bytes } = stored;
    return { index: readFaissIndex(faiss, bytes, sidecar.kind, sidecar.ids), epoch: sidecar.epoch };
  } catch {
    return undefined;
  }
}

/** Saves an index: each file whole or not at all, and a pair of files of different saves does not match. */
export async function saveIndex(key: IndexKey, { index, epoch }: StoredIndex): Promise<void> {
  const bytes = index.toBytes();
  const { faissPath, sidecarPath } = pathsOf(key);
  const sidecar: Sidecar = {
    format: 1,
    catalogue: key.catalogue,
    epoch,
    model: key.model,
    kind: index.kind,
    ids: [...index.ids],
    sha256: sha256(bytes),
  };
  await writeFileAtomic(faissPath, bytes);
  await writeFileAtomic(sidecarPath, JSON.stringify(sidecar));
}

/** What is saved, without loading it into FAISS: `absent` and `damaged` are mended by the next search. */
export async function inspectIndex(key: IndexKey): Promise<StoredState | 'absent' | 'damaged'> {
  const stored = await readStored(key).catch(() => 'damaged' as const);
  if (stored === 'damaged') return stored;
  if (!stored) return 'absent';
  const { epoch, kind, ids } = stored.sidecar;
  return { epoch, kind, size: ids.filter((id) => id > 0).length };
}

async function readStored(key: IndexKey) {
  const { faissPath, sidecarPath } = pathsOf(key);
  const [text, bytes] = await Promise.all([readIfThere(sidecarPath), readIfThere(faissPath)]);
  if (!text || !bytes) return undefined;
  const sidecar = sidecarSchema.parse(JSON.parse(text.toString('utf8')));
  if (sidecar.catalogue !== key.catalogue || sidecar.model !== key.model) return undefined;
  if (sidecar.sha256 !== sha256(bytes)) throw new Error('the FAISS file is not the one that was saved');
  return { sidecar, bytes };
}

async function readIfThere(path: string) {
  return readFile(path).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  });
}

/** A model's name may hold any characters; a few digits of its hash name the file. */
function pathsOf({ folder, set, model }: IndexKey) {
  const name = `${set}-${sha256(model).slice(0, 12)}`;
  return { faissPath: join(folder, `${name}.faiss`), sidecarPath: join(folder, `${name}.json`) };
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
