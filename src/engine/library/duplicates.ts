import { setImmediate } from 'node:timers/promises';
import { cosine } from '#core/retrieval/cosine.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { HeardFile } from '../catalogue/heard.ts';
import type { LibraryIndexes } from '../index/libraryIndexes.ts';
import { createGroups } from './duplicateGroups.ts';
import type { DuplicateReason } from './duplicateGroups.ts';
import { alike, pairsAlike } from './duplicatePairs.ts';
import { throwIfStopped } from './scanContext.ts';

export interface DuplicateGroup {
  /** The weakest that holds the group together. */
  readonly why: DuplicateReason;
  /** Cosine of the audio embeddings, the smallest by which a file came into the group; 1 for the same bytes. */
  readonly similarity: number;
  /** By ascending id. */
  readonly sounds: readonly { readonly id: number; readonly path: string; readonly seconds: number }[];
}

export interface DuplicatesContext {
  readonly catalogue: Catalogue;
  readonly indexes: LibraryIndexes;
  readonly model: string;
  /** Where the waveforms are kept. */
  readonly peaksFolder: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Cosine from which sounds are variants of each other. Of 6.8 million pairs of sounds from different packages 158 reach
 * it, 130 of them the same recording; of the variants of one sound in one package one pair in twenty.
 */
const NEAR = 0.9;
/** Neighbours looked at for each sound; more variants than that make several groups. */
const WIDTH = 64;
/** Pairs of files whose embeddings are read at once. */
const BATCH = 2000;
/** Sounds whose neighbours are asked for at once; then others have their turn. */
const ASKED = 128;

/**
 * Files that hold the same: by their hash, and by their sound where the bytes differ ({@link alike}). With `near` also
 * sounds that are merely near each other: each group holds what is near its first sound, so that a chain of likenesses
 * does not join what is not alike. Files that are missing or offline are left out. Nothing is deleted.
 *
 * @returns the largest groups first; no file is in two
 * @throws RefoleyError `cancelled`
 */
export async function findDuplicates(
  context: DuplicatesContext,
  { near = false }: { readonly near?: boolean | undefined } = {},
): Promise<DuplicateGroup[]> {
  const { catalogue, model, peaksFolder, signal } = context;
  const files = catalogue.heard.files();
  const groups = createGroups();
  const first = new Map<string, HeardFile>();
  for (const file of files) {
    const earlier = first.get(file.sha256);
    if (earlier) groups.join(earlier.soundId, file.soundId, 'bytes', 1);
    else first.set(file.sha256, file);
  }

  const contents = [...first.values()];
  for (const pairs of batches(pairsAlike(contents), BATCH)) {
    await setImmediate();
    throwIfStopped(signal);
    const vectorOf = readVectors(catalogue, model, pairs.flat());
    for (const [a, b] of pairs) {
      if (groups.joined(a.soundId, b.soundId)) continue;
      const [one, other] = [vectorOf(a), vectorOf(b)];
      if (!one || !other) continue;
      const similarity = cosine(one, other);
      if (await alike(a, b, similarity, peaksFolder)) groups.join(a.soundId, b.soundId, 'audio', similarity);
    }
  }
  if (near) await joinNear(context, contents, groups);

  const byId = new Map(files.map((file) => [file.soundId, file]));
  return groups.list().map(({ ids, why, similarity }) => ({
    why,
    similarity,
    sounds: ids.flatMap((id) => {
      const file = byId.get(id);
      return file ? [{ id, path: file.path, seconds: file.seconds }] : [];
    }),
  }));
}

async function joinNear(
  { catalogue, indexes, model, signal }: DuplicatesContext,
  contents: readonly HeardFile[],
  groups: ReturnType<typeof createGroups>,
): Promise<void> {
  const index = await indexes.get('audio');
  const open = new Set(contents.map(({ soundId }) => groups.rootOf(soundId)));
  for (const files of batches(contents, ASKED)) {
    await setImmediate();
    throwIfStopped(signal);
    const asked = files.filter(({ soundId }) => open.has(soundId));
    const vectorOf = readVectors(catalogue, model, asked);
    const embedded = asked.flatMap((file) => {
      const vector = vectorOf(file);
      return vector ? [{ id: file.soundId, vector }] : [];
    });
    const found = index.searchAll(
      embedded.map(({ vector }) => vector),
      WIDTH,
      NEAR,
    );
    for (const [place, { id }] of embedded.entries()) {
      if (!open.delete(id)) continue;
      const { ids = [], similarities = [] } = found[place] ?? {};
      for (const [rank, other] of ids.entries())
        if (open.delete(other)) groups.join(id, other, 'near', similarities[rank] ?? 0);
    }
  }
}

/** The embeddings of a few files, read at once. */
function readVectors(catalogue: Catalogue, model: string, files: readonly HeardFile[]) {
  const ids = [...new Set(files.map(({ soundId }) => soundId))];
  const rows = catalogue.vectors.byIds(model, ids);
  const found = new Map(
    rows.ids.map((id, row) => [id, rows.vectors.subarray(row * rows.dimension, (row + 1) * rows.dimension)]),
  );
  return ({ soundId }: HeardFile): Float32Array | undefined => found.get(soundId);
}

function* batches<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
