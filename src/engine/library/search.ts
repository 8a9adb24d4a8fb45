import { reciprocalRankFusion } from '#core/retrieval/reciprocalRankFusion.ts';
import type { MatchedBy } from '#core/retrieval/fuse.ts';
import { isUsable, publicSound } from '../catalogue/sound.ts';
import type { Sound, StoredSound } from '../catalogue/sound.ts';
import { matchAudio, matchText } from './match.ts';
import type { Match, Retrieval } from './match.ts';

export const searchModes = ['meaning', 'words', 'both'] as const;
export type SearchMode = (typeof searchModes)[number];

/** A sound found; cosine similarity and path are null when it was found by its words alone. */
export interface SearchResult extends Sound {
  readonly similarity: number | null;
  readonly matchedBy: MatchedBy | 'words';
}

export interface SearchQuery {
  readonly text: string;
  /** Embedding of `text`, unit length; not needed for `words`. */
  readonly vector?: Float32Array | undefined;
  readonly mode: SearchMode;
  readonly limit: number;
}

/** Beyond this depth a ranking adds nothing to the fusion of two. */
const FUSION_DEPTH = 100;

/** Searches the library by meaning (embeddings), by words (full text) or by both, fused by rank. */
export async function searchLibrary(retrieval: Retrieval, query: SearchQuery): Promise<SearchResult[]> {
  const { text, vector, mode, limit } = query;
  const depth = mode === 'both' ? Math.max(limit, FUSION_DEPTH) : limit;
  const byWords = mode === 'meaning' ? [] : retrieval.catalogue.words.search(text, depth);
  const meant = mode === 'words' || !vector ? [] : await matchText(retrieval, vector, depth, isUsable);
  const excluded = retrieval.catalogue.words.excluded(
    text,
    meant.map(({ id }) => id),
  );
  const matches = meant.filter(({ id }) => !excluded.has(id));
  const byMeaning = matches.slice(0, depth).map(({ id }) => id);
  const ids = reciprocalRankFusion([byMeaning, byWords]).slice(0, limit);
  const found = new Map(matches.map((match) => [match.id, match]));
  const sounds = new Map(retrieval.catalogue.sounds.byIds(ids).map((sound) => [sound.id, sound]));
  return ids.flatMap((id) => {
    const sound = sounds.get(id);
    return sound ? [resultOf(sound, found.get(id))] : [];
  });
}

/**
 * The sounds whose audio is nearest.
 *
 * @param vector audio embedding, unit length
 * @param exceptSha256 of the file asked about, so that it does not find itself
 */
export async function similarSounds(
  retrieval: Retrieval,
  vector: Float32Array,
  limit: number,
  exceptSha256?: string,
): Promise<SearchResult[]> {
  const accepts = (sound: StoredSound): boolean => isUsable(sound) && sound.sha256 !== exceptSha256;
  const matches = await matchAudio(retrieval, vector, limit, accepts);
  return matches.slice(0, limit).map((match) => resultOf(match.sound, match));
}

function resultOf(sound: StoredSound, match: Match | undefined): SearchResult {
  const found = match ?? { similarity: null, matchedBy: 'words' as const };
  return { ...publicSound(sound), similarity: found.similarity, matchedBy: found.matchedBy };
}
