import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { EmbeddingSet } from '../catalogue/embeddings.ts';
import { fileError } from '../files/fileError.ts';
import { hashFile } from '../files/hashFile.ts';
import { replaceFile, writeFileAtomic } from '../files/replaceFile.ts';
import { readFaissIndex } from './faissIndex.ts';
import type { FaissIndex } from './faissIndex.ts';
import type { FaissModule } from './loadFaiss.ts';

const sidecarSchema = z.object({
  format: z.literal(2),
  /** The catalogue it was made from, and that one's epoch. */
  catalogue: z.string(),
  epoch: z.number().int(),
  model: z.string(),
  kind: z.enum(['flat', 'ivf']),
  /** How many vectors it was built for. */
  builtFor: z.number().int(),
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

/** An index with the epoch up to which it holds what the catalogue holds. */
export interface StoredIndex {
  readonly index: FaissIndex;
  readonly epoch: number;
  /** How many vectors it was built for: its lists fit so many. */
  readonly builtFor: number;
}

export type StoredState = Pick<Sidecar, 'epoch' | 'kind'> & { readonly size: number };

/** Reads an index that was saved; undefined when there is none, or it is damaged or not of this catalogue. */
export async function loadIndex(faiss: FaissModule, key: IndexKey): Promise<StoredIndex | undefined> {
  try {
    const sidecar = await readSidecar(key);
    if (!sidecar) return undefined;
    const { epoch, builtFor, kind, ids } = sidecar;
    return { index: readFaissIndex(faiss, pathsOf(key).faissPath, kind, ids), epoch, builtFor };
  } catch {
    return undefined;
  }
}

/** Saves an index: each file whole or not at all, and a pair of files of different saves does not match. */
export async function saveIndex(key: IndexKey, { index, epoch, builtFor }: StoredIndex): Promise<void> {
  const { faissPath, sidecarPath } = pathsOf(key);
  let sha256 = '';
  await replaceFile(faissPath, async (temporary) => {
    index.write(temporary);
    sha256 = await hashFile(temporary);
  });
  const { catalogue, model } = key;
  const { kind, ids } = index;
  const sidecar: Sidecar = { format: 2, catalogue, epoch, model, kind, builtFor, ids: [...ids], sha256 };
  await writeFileAtomic(sidecarPath, JSON.stringify(sidecar));
}

/** What is saved, without loading it into FAISS: `absent` and `damaged` are mended by the next search. */
export async function inspectIndex(key: IndexKey): Promise<StoredState | 'absent' | 'damaged'> {
  const sidecar = await readSidecar(key).catch(() => 'damaged' as const);
  if (sidecar === 'damaged') return sidecar;
  if (!sidecar) return 'absent';
  const { epoch, kind, ids } = sidecar;
  return { epoch, kind, size: new Set(ids).size };
}

async function readSidecar(key: IndexKey): Promise<Sidecar | undefined> {
  const { faissPath, sidecarPath } = pathsOf(key);
  const text = await ifThere(readFile(sidecarPath, 'utf8'));
  if (text === undefined) return undefined;
  const sidecar = sidecarSchema.parse(JSON.parse(text));
  if (sidecar.catalogue !== key.catalogue || sidecar.model !== key.model) return undefined;
  if (sidecar.sha256 !== (await ifThere(hashFile(faissPath)))) {
    throw new Error('the FAISS file is not the one that was saved');
  }
  return sidecar;
}

async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch((cause: unknown) => {
    if (fileError(cause, '').kind === 'not-found') return undefined;
    throw cause;
  });
}

/** A model's name may hold any characters; a few digits of its hash name the file. */
function pathsOf({ folder, set, model }: IndexKey) {
  const name = `${set}-${createHash('sha256').update(model).digest('hex').slice(0, 12)}`;
  return { faissPath: join(folder, `${name}.faiss`), sidecarPath: join(folder, `${name}.json`) };
}
