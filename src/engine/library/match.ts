import { cosine } from '#core/retrieval/cosine.ts';
import { fuseHits } from '#core/retrieval/fuse.ts';
import type { Calibration, Hit, RankedHit } from '#core/retrieval/fuse.ts';
import { memberOf } from '../catalogue/embeddings.ts';
import type { EmbeddingSet } from '../catalogue/embeddings.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { allOf } from '../catalogue/soundFilter.ts';
import type { SoundCondition } from '../catalogue/soundFilter.ts';
import type { LibraryIndexes } from '../index/libraryIndexes.ts';
import type { Neighbours, VectorIndex } from '../index/vectorIndex.ts';

export interface Retrieval {
  readonly catalogue: Catalogue;
  readonly indexes: LibraryIndexes;
  readonly calibration: Calibration;
  /** Whose embeddings are compared. */
  readonly model: string;
}

export interface Match extends RankedHit {
  readonly fileId: number;
}

export interface Wanted {
  /** At least this many, where the library has them. */
  readonly count: number;
  /** So many would be better: worth a wider search of an index, not reading the library. */
  readonly ample?: number;
  /** What does not meet it is left out before anything is ranked or cut. */
  readonly condition: SoundCondition;
  /** Whether the parts of a file count as one; all that were found are returned either way. */
  readonly perFile?: boolean;
}

/** Hits that an index is asked for at first; the same for every first page, so that leafing does not change a ranking. */
const WIDTH = 256;
const WIDER = 4;
/** Up to here all of those that are equally near as the last one are fetched: ties go by id, whatever the index. */
const TIES_TOLD = 4096;
const EVERYTHING = 2 ** 40;

/** The library for several looks with one vector: each begins with the same search of an index, which is made once. */
export function searchedOnce(retrieval: Retrieval): Retrieval {
  const known = new Map<EmbeddingSet, Promise<VectorIndex>>();
  const get = (set: EmbeddingSet): Promise<VectorIndex> => {
    const index = known.get(set) ?? retrieval.indexes.get(set).then(searchingOnce);
    known.set(set, index);
    return index;
  };
  return { ...retrieval, indexes: { ...retrieval.indexes, get } };
}

function searchingOnce(index: VectorIndex): VectorIndex {
  const known = new Map<number, Neighbours>();
  return {
    ...index,
    search(vector, n) {
      const found = known.get(n) ?? index.search(vector, n);
      known.set(n, found);
      return found;
    },
  };
}

/** Ranks the library by a text embedding: captioned sounds by their caption, the others by their audio. */
export async function matchText(
  retrieval: Retrieval,
  vector: Float32Array,
  wanted: Wanted,
): Promise<Match[]> {
  const files = new Map<number, number>();
  const byCaption = await nearest(retrieval, 'captions', vector, wanted, files);
  const byAudio = await nearest(retrieval, 'uncaptioned', vector, wanted, files);
  return withFiles(fuseHits(byCaption, byAudio, retrieval.calibration), files);
}

/** Ranks the library by an audio embedding, captions aside. */
export async function matchAudio(
  retrieval: Retrieval,
  vector: Float32Array,
  wanted: Wanted,
): Promise<Match[]> {
  const files = new Map<number, number>();
  const hits = await nearest(retrieval, 'audio', vector, wanted, files);
  return withFiles(fuseHits([], hits, retrieval.calibration), files);
}

/** Of each file its best part. */
export function onePerFile(matches: readonly Match[]): Match[] {
  const seen = new Set<number>();
  return matches.filter(({ fileId }) => !seen.has(fileId) && seen.add(fileId));
}

/**
 * The nearest of a set that meet the condition. The index is searched wider until enough do; once fewer sounds meet it
 * than the next search would fetch, exactly these are read and compared instead. A hit of the index, and the look at its
 * row, cost about as much as reading a vector (6 to 10 us), so neither is ever far from the cheaper way.
 *
 * @param files of the sounds returned; filled here
 */
async function nearest(
  { catalogue, indexes, model }: Retrieval,
  set: EmbeddingSet,
  vector: Float32Array,
  { count, ample = count, condition, perFile = false }: Wanted,
  files: Map<number, number>,
): Promise<Hit[]> {
  const index = await indexes.get(set);
  const member = allOf(condition, memberOf(set, model));
  let width = WIDTH;
  while (width < ample) width *= WIDER;
  for (; ; width *= WIDER) {
    const found = index.search(vector, width);
    const hits = found.ids.map((id, place) => ({ id, similarity: found.similarities[place] ?? 0 }));
    const complete = hits.length >= index.size;
    const told = complete || width >= TIES_TOLD ? hits : withoutLastTies(hits);
    const passing = passed(told);
    if (complete || hasAtLeast(ample, passing)) return passing;
    // A graph does not reach all its vectors: what cannot be found wider is read, however many there are.
    const widest = hits.length < width || width * WIDER >= index.size;
    if (widest && hasAtLeast(count, passing)) return passing;
    const next = widest ? EVERYTHING : width * WIDER;
    const few = catalogue.passing.few(member, next);
    if (few || widest) return passed(compared(few ?? []));
  }

  function passed(hits: readonly Hit[]): Hit[] {
    const found = catalogue.passing.among(
      hits.map(({ id }) => id),
      condition,
    );
    for (const [id, file] of found) files.set(id, file);
    return hits.filter(({ id }) => found.has(id));
  }

  function hasAtLeast(least: number, hits: readonly Hit[]): boolean {
    return (perFile ? new Set(hits.map(({ id }) => files.get(id))).size : hits.length) >= least;
  }

  function compared(ids: readonly number[]): Hit[] {
    return [...catalogue.embeddings.among(set, model, ids)].map((stored) => ({
      id: stored.soundId,
      similarity: cosine(vector, stored.vector),
    }));
  }
}

/** Without those that are no nearer than the last: others as near may have been cut off. */
function withoutLastTies(hits: readonly Hit[]): readonly Hit[] {
  const last = hits.at(-1)?.similarity ?? 0;
  const cut = hits.findIndex(({ similarity }) => similarity - last < 1e-6);
  return hits.slice(0, cut);
}

function withFiles(hits: readonly RankedHit[], files: ReadonlyMap<number, number>): Match[] {
  return hits.flatMap((hit) => {
    const fileId = files.get(hit.id);
    return fileId === undefined ? [] : [{ ...hit, fileId }];
  });
}
