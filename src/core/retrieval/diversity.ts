/**
 * How much relevance counts against novelty: enough that of sounds as near as each other to the prompt the one is taken that
 * is not there yet, and no more. Takes are the less like what was asked for the more novelty counts: on 64 validation captions
 * their likeness to the real sound was 0.218 without it, 0.206 at 0.75 and 0.198 at 0.5.
 */
const RELEVANCE = 0.85;

/**
 * Chooses up to n candidates by maximal marginal relevance (Carbonell and Goldstein 1998): each is the one whose score,
 * scaled to 0..1 over all candidates, stands highest above its greatest likeness to those already chosen, so that ten takes
 * of one door do not fill every place.
 *
 * @param candidates by descending score
 * @param chosen already taken, whatever their score
 * @param likeness cosine similarity of how two candidates sound; 0 where it is not known
 * @returns in the order in which they were chosen; the best candidate is always the first when nothing was chosen before
 */
export function chooseDiverse<T extends { readonly score: number }>(
  candidates: readonly T[],
  chosen: readonly T[],
  n: number,
  likeness: (a: T, b: T) => number,
): T[] {
  const best = candidates[0]?.score ?? 0;
  const span = best - (candidates.at(-1)?.score ?? 0) || 1;
  const left = candidates.map((candidate) => ({
    candidate,
    relevance: 1 - (best - candidate.score) / span,
    closest: 0,
  }));
  const worth = ({ relevance, closest }: (typeof left)[number]): number =>
    RELEVANCE * relevance - (1 - RELEVANCE) * closest;
  const picked: T[] = [];
  let latest = chosen;
  while (picked.length < n && left.length > 0) {
    for (const entry of left)
      entry.closest = Math.max(entry.closest, ...latest.map((other) => likeness(entry.candidate, other)));
    const place = left.reduce(
      (top, entry, index) => (worth(entry) > worth(left[top] ?? entry) ? index : top),
      0,
    );
    latest = left.splice(place, 1).map(({ candidate }) => candidate);
    picked.push(...latest);
  }
  return picked;
}
