/** Cormack, Clarke and Büttcher 2009, "Reciprocal rank fusion outperforms Condorcet and individual rank learning". */
const K = 60;

/**
 * Merges rankings whose scores cannot be compared, such as BM25 and cosine: score(d) = sum of 1 / (60 + rank).
 *
 * @param rankings ids, best first
 * @returns ids, best first; ties to the lower id
 */
export function reciprocalRankFusion(rankings: readonly (readonly number[])[]): number[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings) {
    ranking.forEach((id, index) => scores.set(id, (scores.get(id) ?? 0) + 1 / (K + index + 1)));
  }
  return [...scores].sort(([idA, a], [idB, b]) => b - a || idA - idB).map(([id]) => id);
}
