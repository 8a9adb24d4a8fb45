import type { Biquad } from './biquad.ts';

/** Sums the K-weighted energy of one channel, which comes in pieces. */
export interface KWeightedEnergy {
  /** Filters samples `from` (included) to `to` (not). */
  add(samples: Float32Array, from: number, to: number): void;
  /** The energy added since the last call. */
  take(): number;
}

/** Filter states below this are silence; let fall further, they would end as denormal numbers, which are slow. */
const SILENT_STATE = 1e-30;

/**
 * K-weighting of BS.1770-4: a high shelf for the head, then a high pass. The Recommendation gives coefficients for
 * 48 kHz only; these analogue parameters reproduce them and serve any rate (De Man, "Evaluation of
 * implementations of the EBU R128 loudness measurement", AES 145, 2018; the same as libebur128's).
 *
 * @param rate Hz
 */
export function createKWeightedEnergy(rate: number): KWeightedEnergy {
  const shelf = headShelf(rate);
  const pass = highPass(rate);
  const [b0, b1, b2] = shelf.b;
  const [a1, a2] = shelf.a;
  const [d0, d1, d2] = pass.b;
  const [c1, c2] = pass.a;
  const states = new Float64Array(4);
  let energy = 0;

  return {
    /** Both sections in transposed direct form II. */
    add(samples, from, to) {
      let s1 = states[0]!;
      let s2 = states[1]!;
      let t1 = states[2]!;
      let t2 = states[3]!;
      let sum = energy;
      for (let n = from; n < to; n++) {
        const x = samples[n]!;
        const y = b0 * x + s1;
        s1 = b1 * x - a1 * y + s2;
        s2 = b2 * x - a2 * y;
        const z = d0 * y + t1;
        t1 = d1 * y - c1 * z + t2;
        t2 = d2 * y - c2 * z;
        sum += z * z;
      }
      states[0] = s1;
      states[1] = s2;
      states[2] = t1;
      states[3] = t2;
      energy = sum;
    },
    take() {
      // Here and not in `add`, so that the result does not depend on how the samples come in pieces.
      for (let i = 0; i < states.length; i++) if (Math.abs(states[i]!) < SILENT_STATE) states[i] = 0;
      const taken = energy;
      energy = 0;
      return taken;
    },
  };
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
