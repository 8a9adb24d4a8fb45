/**
 * Adaptive projected guidance of a flow model (Sadat et al., "Eliminating oversaturation and artifacts of high guidance scales",
 * 2025): of what guidance adds to the guessed sound, the share that only makes it louder is left out.
 *
 * @param guidance 1 leaves the conditional velocity as it is
 * @param projected how much of that share is left out: 1 all of it, 0 none (plain guidance)
 * @param share of noise in the sample, over 0
 */
export function projectedGuidance(options: {
  readonly sample: Float32Array;
  readonly conditional: Float32Array;
  readonly unconditional: Float32Array;
  readonly share: number;
  readonly guidance: number;
  readonly projected: number;
}): Float32Array {
  const { sample, conditional, unconditional, share, guidance, projected } = options;
  let [along, energy] = [0, 0];
  for (const [i, velocity] of conditional.entries()) {
    const clean = sample[i]! - share * velocity;
    along += share * (unconditional[i]! - velocity) * clean;
    energy += clean * clean;
  }
  const louder = energy > 0 ? projected * (along / energy) : 0;
  return conditional.map((velocity, i) => {
    const added = unconditional[i]! - velocity - (louder * (sample[i]! - share * velocity)) / share;
    return velocity - (guidance - 1) * added;
  });
}
