/** Second-order section with a0 = 1. */
interface Biquad {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

/**
 * K-weighting of BS.1770-4: a high shelf for the head, then a high pass. The Recommendation gives coefficients for
 * 48 kHz only; these analogue parameters reproduce them and serve any rate (De Man, "Evaluation of
 * implementations of the EBU R128 loudness measurement", AES 145, 2018; the same as libebur128's).
 *
 * @param rate Hz
 */
export function kWeighting(samples: Float32Array, rate: number): Float64Array {
  const weighted = Float64Array.from(samples);
  applyBiquad(weighted, headShelf(rate));
  applyBiquad(weighted, highPass(rate));
  return weighted;
}

/** Stage 1 of BS.1770-4, table 1. */
export function headShelf(rate: number): Biquad {
  const quality = 0.7071752369554196;
  const k = Math.tan((Math.PI * 1681.974450955533) / rate);
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / quality + k * k;
  return {
    b: [
      (high + (band * k) / quality + k * k) / a0,
      (2 * (k * k - high)) / a0,
      (high - (band * k) / quality + k * k) / a0,
    ],
    a: [(2 * (k * k - 1)) / a0, (1 - k / quality + k * k) / a0],
  };
}

/** Stage 2 of BS.1770-4, table 2. */
export function highPass(rate: number): Biquad {
  const quality = 0.5003270373238773;
  const k = Math.tan((Math.PI * 38.13547087602444) / rate);
  const a0 = 1 + k / quality + k * k;
  return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / a0, (1 - k / quality + k * k) / a0] };
}

/** In place, transposed direct form II. */
function applyBiquad(samples: Float64Array, { b: [b0, b1, b2], a: [a1, a2] }: Biquad): void {
  let s1 = 0;
  let s2 = 0;
  for (let n = 0; n < samples.length; n++) {
    const x = samples[n]!;
    const y = b0 * x + s1;
    s1 = b1 * x - a1 * y + s2;
    s2 = b2 * x - a2 * y;
    samples[n] = y;
  }
}
