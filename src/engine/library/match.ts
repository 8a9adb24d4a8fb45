import { fuseHits } from '#core/retrieval/fuse.ts';
import type { Calibration, Hit, RankedHit } from '#core/retrieval/fuse.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import type { LibraryIndexes } from '../index/libraryIndexes.ts';
import type { VectorIndex } from '../index/vectorIndex.ts';

export interface Retrieval {
  readonly catalogue: Catalogue;
  readonly indexes: LibraryIndexes;
  readonly calibration: Calibration;
}

export interface Match extends RankedHit {
  readonly sound: StoredSound;
}

/**
 * Ranks the library by a text embedding: captioned sounds by their caption, the others by their audio.
 *
 * @param wanted at least this many, where the library has them
 * @param accepts sounds that fail it are left out before the ranking is cut, and more are fetched in their place
 */
export async function matchText(
  { catalogue, indexes, calibration }: Retrieval,
  vector: Float32Array,
  wanted: number,
  accepts: (sound: StoredSound) => boolean,
): Promise<Match[]> {
  const captions = await indexes.get('captions');
  const uncaptioned = await indexes.get('uncaptioned');
  const sounds = new Map<number, StoredSound>();
  const byCaption = accepted(catalogue, captions, vector, wanted, accepts, sounds);
  const byAudio = accepted(catalogue, uncaptioned, vector, wanted, accepts, sounds);
  return withSounds(fuseHits(byCaption, byAudio, calibration), sounds);
}

/** Ranks the library by an audio embedding, captions aside. */
export async function matchAudio(
  { catalogue, indexes, calibration }: Retrieval,
  vector: Float32Array,
  wanted: number,
  accepts: (sound: StoredSound) => boolean,
): Promise<Match[]> {
  const sounds = new Map<number, StoredSound>();
  const hits = accepted(catalogue, await indexes.get('audio'), vector, wanted, accepts, sounds);
  return withSounds(fuseHits([], hits, calibration), sounds);
}

/** Searches wider until enough hits pass the filter or the index has no more. */
function accepted(
  catalogue: Catalogue,
  index: VectorIndex,
  vector: Float32Array,
  wanted: number,
  accepts: (sound: StoredSound) => boolean,
  sounds: Map<number, StoredSound>,
): Hit[] {
  for (let width = wanted + 16; ; width *= 4) {
    const { ids, similarities } = index.search(vector, width);
    for (const sound of catalogue.sounds.byIds(ids)) if (accepts(sound)) sounds.set(sound.id, sound);
    const hits = ids.flatMap((id, place) =>
      sounds.has(id) ? [{ id, similarity: similarities[place] ?? 0 }] : [],
    );
    if (hits.length >= wanted || width >= index.size) return hits;
  }
}

function withSounds(hits: readonly RankedHit[], sounds: ReadonlyMap<number, StoredSound>): Match[] {
  return hits.flatMap((hit) => {
    const sound = sounds.get(hit.id);
    return sound ? [{ ...hit, sound }] : [];
  });
}
