/** The neighbours told to a model that knows no neighbours. */
export interface MixedPrompt {
  /** Unit length. */
  readonly prompt: Float32Array;
  /** Per neighbour, its share of what was mixed in; 0 where nothing is known of how it sounds. */
  readonly influence: Float32Array;
}

/**
 * Mixes the CLAP embeddings of neighbours into that of the prompt (design.md, "any pack"): one part of the prompt to `amount`
 * parts of their weighted mean. CLAP's space is shared by texts and sounds, so the mixture asks for a sound between them.
 *
 * @param prompt unit length
 * @param neighbours unit length; undefined where there is none of a neighbour
 */
export function mixNeighbours(
  prompt: Float32Array,
  neighbours: readonly { readonly embedding?: Float32Array | undefined; readonly weight: number }[],
  amount: number,
): MixedPrompt {
  const heard = neighbours.map(({ embedding, weight }) => (embedding && amount > 0 ? weight : 0));
  const total = heard.reduce((sum, weight) => sum + weight, 0);
  const influence = Float32Array.from(heard, (weight) => (total > 0 ? weight / total : 0));
  if (total === 0) return { prompt, influence };
  const mixed = Float64Array.from(prompt);
  for (const [k, { embedding }] of neighbours.entries())
    if (embedding) for (let i = 0; i < mixed.length; i++) mixed[i]! += amount * influence[k]! * embedding[i]!;
  const length = Math.hypot(...mixed);
  return { prompt: length > 0 ? Float32Array.from(mixed, (value) => value / length) : prompt, influence };
}
