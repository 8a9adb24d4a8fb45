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
/**
 * How the names of the categories weigh against a neighbour that sounds the same, which has 1, and the temperatures of the
 * softmax over them: for the audio in standard deviations of unrelated text and audio, for the caption in those of
 * unrelated texts.
 */
const BY_AUDIO = { weight: 0.1, audio: 0.63 };
const BY_CAPTION = { weight: 1, audio: 1.2, caption: 0.4 };
/** A tag less sure than this is noise. */
const LEAST_TAG = 0.2;
const MOST_TAGS = 5;
/** What is filed there can be told by its history, not by its sound. */
const NOT_HEARD = new Set(['ARCHIVED', 'FOLEY']);

/** What of a sound is compared with the names of the categories; unit length, in the space of CLAP. */
export interface HeardSound {
  readonly audio: Float32Array;
  /** Of its caption, where it has one. */
  readonly caption?: Float32Array | undefined;
}

/**
 * Suggests UCS categories for a sound from how near its audio, and its caption if it has one, lies to the names of the
 * categories, and from what sounds like it and has a CatID: a softmax over the names is the prior, the neighbours' votes
 * update it.
 *
 * The constants were fitted (log likelihood of the CatID on a grid) on half the packages of 881 captioned sounds that the
 * starter pack 0.3.0 had never heard, whose CatIDs follow from the corpus's categories; on the audio the best ones were no
 * better than those of 0.2.0, which stayed. With 240 labelled sounds (the starter library's), 1000, 2600, by the audio
 * alone: the right CatID first for 23, 22, 24 % and among five for 45, 50, 52 % (names alone: 12 and 24 %), the right one of
 * 82 categories first for 28, 29, 29 %. With the caption: 42, 43, 44 %, 69, 70, 73 %, 64, 64, 64 %. On the other half the
 * confidence in a category was off by 0.08, 0.05, 0.10 on average by the audio and by 0.08, 0.12, 0.12 with the caption,
 * where it is too modest. By the audio most sounds get no more than 0.4: these are suggestions to choose from.
 *
 * @param calibration the pack's `similarity`
 * @param neighbours the nearest labelled sounds without the sound itself; only the nearest {@link VOTERS} count
 */
export function suggestCategories(
  sound: HeardSound,
  prompts: readonly CategoryPrompt[],
  calibration: Calibration,
  neighbours: readonly LabelledNeighbour[],
  limit = 5,
): CategorySuggestions {
  const posterior = new Map<string, number>();
  const add = (catId: string, weight: number) => posterior.set(catId, (posterior.get(catId) ?? 0) + weight);

  const heard = prompts.filter(({ catId }) => !NOT_HEARD.has(ucsEntry(catId)?.category ?? ''));
  const { weight } = sound.caption ? BY_CAPTION : BY_AUDIO;
  const prior = softmax(heard.map(({ vector }) => likeness(sound, vector, calibration)));
  heard.forEach(({ catId }, place) => add(catId, weight * (prior[place] ?? 0)));
  const voters = [...neighbours].sort((a, b) => b.similarity - a.similarity).slice(0, VOTERS);
  for (const { catId, similarity } of voters) {
    if (ucsEntry(catId)) add(catId, Math.exp((similarity - 1) / VOTE_SCALE));
  }

  const whole = [...posterior.values()].reduce((sum, each) => sum + each, 0);
  const guesses = [...posterior].map(([name, each]) => ({ name, confidence: each / whole }));
  return { catIds: first(guesses, limit), tags: tagsOf(guesses) };
}

/** How well the name of a category fits, in nats. */
function likeness({ audio, caption }: HeardSound, name: Float32Array, calibration: Calibration): number {
  const { textToAudio, textToText } = calibration;
  if (!caption) return cosine(audio, name) / (BY_AUDIO.audio * textToAudio.std);
  return (
    cosine(audio, name) / (BY_CAPTION.audio * textToAudio.std) +
    cosine(caption, name) / (BY_CAPTION.caption * textToText.std)
  );
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
  for (const { name, confidence } of guesses)
    for (const tag of tagNames(name)) tags.set(tag, (tags.get(tag) ?? 0) + confidence);
  const sure = [...tags]
    .map(([name, confidence]) => ({ name, confidence: Math.min(1, confidence) }))
    .filter(({ confidence }) => confidence >= LEAST_TAG);
  return first(sure, MOST_TAGS);
}

const known = new Map<string, readonly string[]>();

function tagNames(catId: string): readonly string[] {
  let names = known.get(catId);
  if (!names) {
    const { category = '', subcategory = '' } = ucsEntry(catId) ?? {};
    const said = [category, subcategory].filter((text) => text !== 'MISC' && text !== 'GENERAL');
    names = [...new Set(said.map((text) => text.toLowerCase()))];
    known.set(catId, names);
  }
  return names;
}

/** The surest of many, without putting all of them in order. */
function first(guesses: readonly Guess[], limit: number): Guess[] {
  const best: Guess[] = [];
  for (const guess of guesses) {
    const last = best.at(-1);
    if (last && best.length >= limit && surest(guess, last) > 0) continue;
    best.push(guess);
    best.sort(surest);
    if (best.length > limit) best.pop();
  }
  return best;
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
