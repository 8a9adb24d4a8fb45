/**
 * Triangular dither noise (TPDF) for 16-bit rounding: the difference of two uniform numbers, so -1..1 of the last bit
 * (Lipshitz, Wannamaker and Vanderkooy 1992). The same seed gives the same noise, so a take's bytes repeat.
 * The uniform numbers come from mulberry32.
 */
export function triangularDither(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return () => uniform() - uniform();
}
