import type { RefoleyManifest } from '../pack/refoleyManifest.ts';

/** A sound found by an index. */
export interface Hit {
  readonly id: number;
  /** Cosine similarity, -1..1. */
  readonly similarity: number;
}

/** How a sound was matched: its caption against the prompt, or, where it has none, its audio. */
export type MatchedBy = 'caption' | 'audio';

export interface RankedHit extends Hit {
  readonly matchedBy: MatchedBy;
  /** Standard deviations above what unrelated pairs reach on that path: comparable between the two. */
  readonly score: number;
}

/** The manifest's `similarity`: mean and deviation of the cosine of unrelated pairs, for each path. */
export type Calibration = RefoleyManifest['similarity'];

/**
 * Puts the hits of both paths into one ranking. A cosine between two captions is higher than one between a caption
 * and audio, whatever the sounds, so each is first told in standard deviations of its own path.
 *
 * Similarities are rounded to a millionth, far below what is heard and above what the order of additions changes,
 * and ties go to the lower id: the same library gives the same neighbours with any index.
 *
 * @returns by descending score, each sound once
 */
export function fuseHits(
  captions: readonly Hit[],
  audio: readonly Hit[],
  calibration: Calibration,
): RankedHit[] {
  const ranked = [
    ...captions.map((hit) => rank(hit, 'caption', calibration.textToText)),
    ...audio.map((hit) => rank(hit, 'audio', calibration.textToAudio)),
  ].sort(byScore);
  const seen = new Set<number>();
  return ranked.filter(({ id }) => !seen.has(id) && seen.add(id));
}

function byScore(a: RankedHit, b: RankedHit): number {
  return b.score - a.score || a.id - b.id;
}

function rank(hit: Hit, matchedBy: MatchedBy, { mean, std }: Calibration['textToText']): RankedHit {
  const similarity = Math.round(hit.similarity * 1e6) / 1e6;
  return { id: hit.id, similarity, matchedBy, score: (similarity - mean) / std };
}
