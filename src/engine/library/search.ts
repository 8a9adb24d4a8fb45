import { chooseDiverse } from '#core/retrieval/diversity.ts';
import { cosine } from '#core/retrieval/cosine.ts';
import type { MatchedBy } from '#core/retrieval/fuse.ts';
import { reciprocalRankFusion } from '#core/retrieval/reciprocalRankFusion.ts';
import { parseSearchQuery } from '#core/text/searchQuery.ts';
import type { SearchMode } from '#core/text/searchQuery.ts';
import { publicSound } from '../catalogue/sound.ts';
import type { Sound } from '../catalogue/sound.ts';
import { allOf, heard, passes, without } from '../catalogue/soundFilter.ts';
import type { SoundCondition } from '../catalogue/soundFilter.ts';
import { ftsQueries } from '../catalogue/wordQuery.ts';
import { matchAudio, matchText, onePerFile } from './match.ts';
import type { Match, Retrieval } from './match.ts';

/** A sound found: of each file the part that fits best. */
export interface SearchResult extends Sound {
  /** Cosine; null when it was found by its words or its filter alone. */
  readonly similarity: number | null;
  readonly matchedBy: MatchedBy | 'words' | 'filter';
}

export interface SearchPage {
  readonly results: readonly SearchResult[];
  /** Where the next page begins; null at the end. */
  readonly next: number | null;
  /**
   * How many sounds have the words or pass the filter, where that tells something: meaning and likeness rank them all. Null
   * beyond {@link COUNTED}: nobody leafs so far, and counting them all would be felt.
   */
  readonly total: number | null;
}

export interface Page {
  readonly limit: number;
  /** How many are passed over before it. */
  readonly offset?: number | undefined;
}

export interface SearchRequest extends Page {
  /** In the language of `parseSearchQuery`. */
  readonly text: string;
  /** Embedding of what it means, unit length; not needed for `words`. */
  readonly vector?: Float32Array | undefined;
  readonly mode: SearchMode;
  /**
   * Whether the first {@link CONSIDERED} are put in an order in which takes of one door follow each other less. Not unless
   * it is asked for: whoever searches for doors wants all ten of them; it is a take that must not lean on one door thrice.
   */
  readonly diverse?: boolean | undefined;
}

export interface SimilarRequest extends Page {
  /** Audio embedding, unit length. */
  readonly vector: Float32Array;
  /** Which sounds are compared. */
  readonly condition: SoundCondition;
  /** Whether all parts of a file are listed, rather than the nearest of each. */
  readonly parts?: boolean | undefined;
}

/** Beyond this depth a ranking adds nothing to the fusion of two; fixed, so that a page is the same however it is reached. */
const FUSED = 100;
const CONSIDERED = 100;
const COUNTED = 1000;

/** One sound of a ranking, by its file. */
interface Ranked {
  readonly id: number;
  readonly match?: Match | undefined;
}

/**
 * Searches the library by meaning (embeddings), by words (full text) or by both, fused by rank. A text of filters and
 * exclusions alone lists what passes, the best rated first.
 */
export async function searchLibrary(retrieval: Retrieval, request: SearchRequest): Promise<SearchPage> {
  const { text, mode, limit, offset = 0, diverse = false } = request;
  const { passing, words } = retrieval.catalogue;
  const condition = conditionOf(text);
  if (parseSearchQuery(text).groups.length === 0) {
    const listed = passing.best(condition, limit + 1, offset).map((id): Ranked => ({ id }));
    return page(retrieval, listed, limit, offset, passing.countFiles(condition, COUNTED), 'filter');
  }
  const depth = Math.max(offset + limit + 1, diverse ? CONSIDERED : 0);
  const ranking = await rank(retrieval, request, condition, depth);
  const ordered = diverse ? diversified(retrieval, ranking) : ranking;
  const total = mode === 'words' ? words.count(text, condition, COUNTED) : null;
  return page(retrieval, ordered.slice(offset), limit, offset, total, 'words');
}

/** The sounds whose audio is nearest to a direction. */
export async function similarSounds(retrieval: Retrieval, request: SimilarRequest): Promise<SearchPage> {
  const { vector, condition, limit, offset = 0, parts = false } = request;
  const count = offset + limit + 1;
  const matches = await matchAudio(retrieval, vector, {
    ...{ count, perFile: !parts },
    condition: allOf(heard, condition),
  });
  const ranking = (parts ? matches : onePerFile(matches)).map((match) => ({ id: match.id, match }));
  return page(retrieval, ranking.slice(offset), limit, offset, null, 'words');
}

/** What the filters and exclusions of a search ask for. */
export function conditionOf(text: string): SoundCondition {
  const query = parseSearchQuery(text);
  return allOf(passes(query.filter), without(ftsQueries(query, 'cat_id').none));
}

/** At least the first `depth`, where there are as many. */
async function rank(
  retrieval: Retrieval,
  { text, vector, mode }: SearchRequest,
  condition: SoundCondition,
  depth: number,
): Promise<Ranked[]> {
  const ample = mode === 'both' ? Math.max(depth, FUSED) : depth;
  const { words, passing } = retrieval.catalogue;
  const written = mode === 'meaning' ? [] : words.search(text, ample, condition);
  if (mode === 'words' || !vector) return written.map((id) => ({ id }));
  const wanted = { count: depth, ample, perFile: true, condition: allOf(heard, condition) };
  const meant = onePerFile(await matchText(retrieval, vector, wanted));
  if (mode === 'meaning') return meant.map((match) => ({ id: match.id, match }));

  const files = passing.among(written, condition);
  const byWords = written.flatMap((id) => files.get(id) ?? []);
  const byMeaning = meant.map(({ fileId }) => fileId);
  const best = new Map<number, Ranked>();
  for (const [id, fileId] of files) best.set(fileId, { id });
  for (const match of meant) best.set(match.fileId, { id: match.id, match });
  return fused(byWords, byMeaning).flatMap((fileId) => best.get(fileId) ?? []);
}

/** The first of both fused, then the rest of what has the words, then the rest. */
function fused(byWords: readonly number[], byMeaning: readonly number[]): number[] {
  const first = reciprocalRankFusion([byMeaning.slice(0, FUSED), byWords.slice(0, FUSED)]);
  return [...new Set([...first, ...byWords, ...byMeaning])];
}

/** Maximal marginal relevance over the first, by their ranks and how they sound. */
function diversified({ catalogue, model }: Retrieval, ranking: readonly Ranked[]): Ranked[] {
  const first = ranking.slice(0, CONSIDERED);
  const ids = first.map(({ id }) => id);
  const stored = [...catalogue.embeddings.among('audio', model, ids)];
  const vectors = new Map(stored.map(({ soundId, vector }) => [soundId, vector]));
  const likeness = (a: Ranked, b: Ranked): number => {
    const [one, other] = [vectors.get(a.id), vectors.get(b.id)];
    return one && other ? cosine(one, other) : 0;
  };
  const candidates = first.map((ranked, place) => ({ ...ranked, score: -place }));
  return [...chooseDiverse(candidates, [], CONSIDERED, likeness), ...ranking.slice(CONSIDERED)];
}

function page(
  { catalogue }: Retrieval,
  ranking: readonly Ranked[],
  limit: number,
  offset: number,
  total: number | null,
  otherwise: 'words' | 'filter',
): SearchPage {
  const shown = ranking.slice(0, limit);
  const sounds = new Map(
    catalogue.sounds.byIds(shown.map(({ id }) => id)).map((sound) => [sound.id, sound] as const),
  );
  const results = shown.flatMap(({ id, match }) => {
    const sound = sounds.get(id);
    if (!sound) return [];
    const { similarity = null, matchedBy = otherwise } = match ?? {};
    return [{ ...publicSound(sound), similarity, matchedBy }];
  });
  return { results, next: ranking.length > limit ? offset + limit : null, total };
}
