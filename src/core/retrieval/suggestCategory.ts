import { ucsEntry } from '../text/ucs.ts';
import { cosine } from './cosine.ts';
import type { Calibration } from './fuse.ts';

/** A category of sounds as the text tower hears its name. */
export interface CategoryPrompt {
  readonly catId: string;
  /** Unit length: {@link meanDirection} of the embeddings of `ucsPrompts(catId)`. */
  readonly vector: Float32Array;
}

/** A sound near the one at hand whose CatID is from its metadata or the user, never a suggestion. */
export interface LabelledNeighbour {
  readonly catId: string;
  /** Cosine similarity of the audio embeddings. */
  readonly similarity: number;
}

/** What a sound may be, and how probable that is, 0..1. */
export interface Guess {
  readonly name: string;
  readonly confidence: number;
}

export interface CategorySuggestions {
  /** CatIDs by descending confidence. */
  readonly catIds: readonly Guess[];
  /** Names of categories and subcategories in lower case, by descending confidence. */
  readonly tags: readonly Guess[];
}

/** How many labelled neighbours have a vote: the nearest. */
export const VOTERS = 20;
/** Cosine by which a neighbour must be nearer to weigh e times as much. */
const VOTE_SCALE = 0.12;
/** Weight of the names of the categories, against a neighbour that sounds the same and has 1. */
const NAMES_WEIGHT = 0.1;
/** Temperature of the softmax over the names, in standard deviations of unrelated text and audio. */
const TEMPERATURE = 0.63;
/** A tag less sure than this is noise. */
const LEAST_TAG = 0.2;
const MOST_TAGS = 5;
/** What is filed there can be told by its history, not by its sound. */
const NOT_HEARD = new Set(['ARCHIVED', 'FOLEY']);

/**
 * Suggests UCS categories for a sound from how near its audio lies to the names of the categories, and from what sounds
 * like it and has a CatID: a softmax over the names is the prior, the neighbours' votes update it.
 *
 * The constants were fitted (log likelihood) on half the packages of 881 sounds that the starter pack 0.2.0 had never
 * heard. With 240 labelled sounds (the starter library's), 1000, 3100: the right CatID first for 23, 23, 25 % and among
 * five for 44, 48, 52 % (names alone: 13 and 24 %; votes alone with 240: 21 and 40 %); the right one of 82 categories first
 * for 25, 29, 28 %. On the other half the confidence in a category was off by 0.08, 0.02, 0.08 on average, that in a CatID
 * by 0.12, 0.06, 0.09: with few labelled sounds it is too modest, with many a little too sure. Most sounds get no more
 * than 0.4: these are suggestions to choose from.
 *
 * @param audio unit length
 * @param calibration the pack's `similarity.textToAudio`
 * @param neighbours the nearest labelled sounds without the sound itself; only the nearest {@link VOTERS} count
 */
export function suggestCategories(
  audio: Float32Array,
  prompts: readonly CategoryPrompt[],
  calibration: Calibration['textToAudio'],
  neighbours: readonly LabelledNeighbour[],
  limit = 5,
): CategorySuggestions {
  const posterior = new Map<string, number>();
  const add = (catId: string, weight: number) => posterior.set(catId, (posterior.get(catId) ?? 0) + weight);

  const heard = prompts.filter(({ catId }) => !NOT_HEARD.has(ucsEntry(catId)?.category ?? ''));
  const prior = softmax(heard.map(({ vector }) => cosine(audio, vector) / (TEMPERATURE * calibration.std)));
  heard.forEach(({ catId }, place) => add(catId, NAMES_WEIGHT * (prior[place] ?? 0)));
  const voters = [...neighbours].sort((a, b) => b.similarity - a.similarity).slice(0, VOTERS);
  for (const { catId, similarity } of voters) {
    if (ucsEntry(catId)) add(catId, Math.exp((similarity - 1) / VOTE_SCALE));
  }

  const whole = [...posterior.values()].reduce((sum, weight) => sum + weight, 0);
  const guesses = [...posterior].map(([name, weight]) => ({ name, confidence: weight / whole })).sort(surest);
  return { catIds: guesses.slice(0, limit), tags: tagsOf(guesses) };
}

/** The unit vector in the middle of several. */
export function meanDirection(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) vector.forEach((value, n) => (sum[n]! += value));
  const length = Math.hypot(...sum);
  return length > 0 ? sum.map((value) => value / length) : sum;
}

/** A tag is as sure as all CatIDs together that have it in their names. */
function tagsOf(guesses: readonly Guess[]): Guess[] {
  const tags = new Map<string, number>();
  for (const { name, confidence } of guesses) {
    const { category = '', subcategory = '' } = ucsEntry(name) ?? {};
    const names = [category, subcategory].filter((text) => text !== 'MISC' && text !== 'GENERAL');
    for (const tag of new Set(names.map((text) => text.toLowerCase()))) {
      tags.set(tag, (tags.get(tag) ?? 0) + confidence);
    }
  }
  return [...tags]
    .map(([name, confidence]) => ({ name, confidence: Math.min(1, confidence) }))
    .filter(({ confidence }) => confidence >= LEAST_TAG)
    .sort(surest)
    .slice(0, MOST_TAGS);
}

function softmax(scores: readonly number[]): number[] {
  const most = scores.reduce((top, score) => Math.max(top, score), -Infinity);
  const weights = scores.map((score) => Math.exp(score - most));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / whole);
}

/** Ties by name, so that the order never hangs on the order of the prompts. */
function surest(a: Guess, b: Guess): number {
  return b.confidence - a.confidence || (a.name < b.name ? -1 : 1);
}
