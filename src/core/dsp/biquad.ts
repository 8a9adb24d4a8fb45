/** Second-order section with a0 = 1. */
export interface Biquad {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

export type FilterShape = 'lowCut' | 'highCut' | 'lowShelf' | 'highShelf' | 'bell' | 'notch';

/** Filter states below this are silence; let fall further, they would end as denormal numbers, which are slow. */
const SILENT_STATE = 1e-30;
/** Samples after which states are looked at. */
const CHUNK = 4096;

/**
 * A filter of the Audio EQ Cookbook (Robert Bristow-Johnson, W3C note of 2021).
 *
 * @param rate Hz
 * @param frequency Hz, below half of the rate: corner, midpoint of a shelf, centre of a bell or notch
 * @param q of resonance; for shelves, too
 * @param db of shelves and bells
 */
export function designFilter(shape: FilterShape, rate: number, frequency: number, q: number, db = 0): Biquad {
  const w = (2 * Math.PI * frequency) / rate;
  const cos = Math.cos(w);
  const alpha = Math.sin(w) / (2 * q);
  const gain = 10 ** (db / 40);
  switch (shape) {
    case 'lowCut':
      return scaled([(1 + cos) / 2, -(1 + cos), (1 + cos) / 2], [1 + alpha, -2 * cos, 1 - alpha]);
    case 'highCut':
      return scaled([(1 - cos) / 2, 1 - cos, (1 - cos) / 2], [1 + alpha, -2 * cos, 1 - alpha]);
    case 'notch':
      return scaled([1, -2 * cos, 1], [1 + alpha, -2 * cos, 1 - alpha]);
    case 'bell':
      return scaled(
        [1 + alpha * gain, -2 * cos, 1 - alpha * gain],
        [1 + alpha / gain, -2 * cos, 1 - alpha / gain],
      );
    case 'lowShelf':
      return shelf(gain, cos, alpha, 1);
    case 'highShelf':
      return shelf(gain, cos, alpha, -1);
  }
}

/** Both shelves are one formula; a high shelf has every cosine of the other sign. */
function shelf(gain: number, cosine: number, alpha: number, sign: 1 | -1): Biquad {
  const cos = sign * cosine;
  const edge = 2 * Math.sqrt(gain) * alpha;
  return scaled(
    [
      gain * (gain + 1 - (gain - 1) * cos + edge),
      sign * 2 * gain * (gain - 1 - (gain + 1) * cos),
      gain * (gain + 1 - (gain - 1) * cos - edge),
    ],
    [
      gain + 1 + (gain - 1) * cos + edge,
      sign * -2 * (gain - 1 + (gain + 1) * cos),
      gain + 1 + (gain - 1) * cos - edge,
    ],
  );
}

function scaled(
  b: readonly [number, number, number],
  [a0, a1, a2]: readonly [number, number, number],
): Biquad {
  return { b: [b[0] / a0, b[1] / a0, b[2] / a0], a: [a1 / a0, a2 / a0] };
}

/**
 * Filters through one section after another, in double precision and transposed direct form II, from rest.
 *
 * @returns as many samples
 */
export function applyFilters(samples: Float32Array, sections: readonly Biquad[]): Float32Array {
  const out = new Float32Array(samples.length);
  const states = sections.map(() => new Float64Array(2));
  const work = new Float64Array(Math.min(CHUNK, samples.length));
  // A piece that stays in the cache goes through all of them before the next one.
  for (let from = 0; from < samples.length; from += CHUNK) {
    const piece = samples.subarray(from, from + CHUNK);
    work.set(piece);
    for (let index = 0; index < sections.length; index += 2) {
      const [one, other] = [sections[index]!, sections[index + 1]];
      if (other) filterTwice(work, piece.length, one, states[index]!, other, states[index + 1]!);
      else filterPiece(work, piece.length, one, states[index]!);
    }
    out.set(work.subarray(0, piece.length), from);
  }
  return out;
}

function filterPiece(
  work: Float64Array,
  length: number,
  { b: [b0, b1, b2], a: [a1, a2] }: Biquad,
  state: Float64Array,
): void {
  let s1 = state[0]!;
  let s2 = state[1]!;
  for (let n = 0; n < length; n++) {
    const x = work[n]!;
    const y = b0 * x + s1;
    s1 = b1 * x - a1 * y + s2;
    s2 = b2 * x - a2 * y;
    work[n] = y;
  }
  keepState(state, s1, s2);
}

/** The same for two sections, the second a sample behind: while one waits for its output, the processor works for the other. */
function filterTwice(
  work: Float64Array,
  length: number,
  { b: [b0, b1, b2], a: [a1, a2] }: Biquad,
  state: Float64Array,
  { b: [d0, d1, d2], a: [c1, c2] }: Biquad,
  otherState: Float64Array,
): void {
  let t1 = otherState[0]!;
  let t2 = otherState[1]!;
  const x = work[0]!;
  let y = b0 * x + state[0]!;
  let s1 = b1 * x - a1 * y + state[1]!;
  let s2 = b2 * x - a2 * y;
  for (let n = 1; n < length; n++) {
    const z = d0 * y + t1;
    t1 = d1 * y - c1 * z + t2;
    t2 = d2 * y - c2 * z;
    work[n - 1] = z;
    const next = work[n]!;
    y = b0 * next + s1;
    s1 = b1 * next - a1 * y + s2;
    s2 = b2 * next - a2 * y;
  }
  const z = d0 * y + t1;
  work[length - 1] = z;
  keepState(state, s1, s2);
  keepState(otherState, d1 * y - c1 * z + t2, d2 * y - c2 * z);
}

function keepState(state: Float64Array, s1: number, s2: number): void {
  state[0] = Math.abs(s1) < SILENT_STATE ? 0 : s1;
  state[1] = Math.abs(s2) < SILENT_STATE ? 0 : s2;
}
