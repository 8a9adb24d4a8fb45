import { chooseDiverse } from './diversity.ts';
import type { RankedHit } from './fuse.ts';

/** How many of the ranking are candidates, as in the paper (its section on retrieval). */
export const CANDIDATES = 50;

/** A ranked hit with what selection needs to know of its sound. */
export interface Candidate extends RankedHit {
  /** Equal for the same audio in two places: content hash and region. */
  readonly content: string;
}

export interface Pin {
  readonly id: number;
  /** Factor on the neighbour's attention; 1 is neutral. */
  readonly weight: number;
}

export interface Selection {
  /** How many neighbours, pinned ones included; all the pinned ones are taken even when they are more. */
  readonly k: number;
  readonly pins?: readonly Pin[] | undefined;
  readonly bans?: readonly number[] | undefined;
  /** Content never to be taken: the target itself, in evaluation. */
  readonly excludedContent?: readonly string[] | undefined;
  /** Cosine similarity of how two sounds (by id) sound; without it, only the same audio counts as alike. */
  readonly likeness?: ((a: number, b: number) => number) | undefined;
}

export interface SelectedNeighbour extends Candidate {
  /** From 1. */
  readonly rank: number;
  readonly weight: number;
  readonly pinned: boolean;
}

/**
 * Chooses the neighbours: the pinned sounds first, in the order in which they were pinned, then the best of the
 * ranking that are not too much alike, in its order; no banned sound, no excluded content, no audio twice. A ban is
 * stronger than a pin.
 *
 * @param ranked candidates by descending score; only the first {@link CANDIDATES} that may be taken count
 * @param pinned candidates of the pins, ranked or not
 */
export function selectNeighbours(
  ranked: readonly Candidate[],
  pinned: readonly Candidate[],
  { k, pins = [], bans = [], excludedContent = [], likeness = () => 0 }: Selection,
): SelectedNeighbour[] {
  const banned = new Set(bans);
  const taken = new Set(excludedContent);
  const take = (candidate: Candidate | undefined): candidate is Candidate => {
    if (!candidate || banned.has(candidate.id) || taken.has(candidate.content)) return false;
    taken.add(candidate.content);
    return true;
  };
  const byId = new Map(pinned.map((candidate) => [candidate.id, candidate]));
  const first = pins.flatMap(({ id, weight }) => {
    const candidate = byId.get(id);
    return take(candidate) ? [{ ...candidate, weight, pinned: true }] : [];
  });
  const candidates = ranked.filter(take).slice(0, CANDIDATES);
  const open = Math.max(0, k - first.length);
  const diverse = new Set(chooseDiverse<Candidate>(candidates, first, open, (a, b) => likeness(a.id, b.id)));
  const rest = candidates
    .filter((candidate) => diverse.has(candidate))
    .map((candidate) => ({ ...candidate, weight: 1, pinned: false }));
  return [...first, ...rest].map((neighbour, index) => ({ ...neighbour, rank: index + 1 }));
}
