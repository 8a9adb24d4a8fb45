import { RefoleyError } from '#core/errors.ts';

/** A real FFT of one size. `transform` fills `real` and `imaginary`, which are reused by the next call. */
export interface RealFft {
  /** Bins 0 .. size / 2, both ends included. */
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  /** Forward transform, unscaled: X[k] = sum x[n] exp(-2 pi i k n / size). `input` holds `size` samples. */
  transform(input: Float64Array): void;
  /** The samples of a spectrum of such bins: x[n] = 1 / size sum X[k] exp(2 pi i k n / size), written to `output`. */
  inverse(real: Float64Array, imaginary: Float64Array, output: Float64Array): void;
}

/**
 * Plans a real FFT: a complex radix-2 transform of half the size over even and odd samples, then the usual split
 * (Numerical Recipes, 12.3). In double precision, since mel bins of quiet bands take the logarithm of the result.
 *
 * @param size samples, a power of two of at least 4
 * @throws RefoleyError internal for another size
 */
export function createRealFft(size: number): RealFft {
  if (!Number.isInteger(Math.log2(size)) || size < 4) {
    throw new RefoleyError(
      'internal',
      `an FFT of ${size} samples was asked for; use a power of two of at least 4`,
    );
  }
  const half = size / 2;
  const cosine = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sine = Float64Array.from({ length: half }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  const reversed = bitReversal(half);
  const re = new Float64Array(half);
  const im = new Float64Array(half);
  const real = new Float64Array(half + 1);
  const imaginary = new Float64Array(half + 1);

  function transform(input: Float64Array): void {
    for (let n = 0; n < half; n++) {
      const from = 2 * reversed[n]!;
      re[n] = input[from]!;
      im[n] = input[from + 1]!;
    }
    for (let span = 1; span < half; span *= 2) {
      // W_(2 span)^k is W_size^(k half / span).
      const stride = half / span;
      for (let start = 0; start < half; start += 2 * span) {
        for (let k = 0; k < span; k++) {
          const top = start + k;
          const bottom = top + span;
          const wr = cosine[k * stride]!;
          const wi = sine[k * stride]!;
          const br = re[bottom]! * wr - im[bottom]! * wi;
          const bi = re[bottom]! * wi + im[bottom]! * wr;
          re[bottom] = re[top]! - br;
          im[bottom] = im[top]! - bi;
          re[top] = re[top]! + br;
          im[top] = im[top]! + bi;
        }
      }
    }
    real[0] = re[0]! + im[0]!;
    imaginary[0] = 0;
    real[half] = re[0]! - im[0]!;
    imaginary[half] = 0;
    for (let k = 1; k < half; k++) {
      const evenRe = (re[k]! + re[half - k]!) / 2;
      const evenIm = (im[k]! - im[half - k]!) / 2;
      const oddRe = (im[k]! + im[half - k]!) / 2;
      const oddIm = (re[half - k]! - re[k]!) / 2;
      real[k] = evenRe + oddRe * cosine[k]! - oddIm * sine[k]!;
      imaginary[k] = evenIm + oddRe * sine[k]! + oddIm * cosine[k]!;
    }
  }

  const hartley = new Float64Array(size);

  /** The Hartley transform, Re X - Im X, of all bins is its own inverse but for the scale (Bracewell, 1983). */
  function inverse(re: Float64Array, im: Float64Array, output: Float64Array): void {
    hartley[0] = re[0]!;
    hartley[half] = re[half]!;
    for (let k = 1; k < half; k++) {
      hartley[k] = re[k]! - im[k]!;
      hartley[size - k] = re[k]! + im[k]!;
    }
    transform(hartley);
    output[0] = real[0]! / size;
    output[half] = real[half]! / size;
    for (let n = 1; n < half; n++) {
      output[n] = (real[n]! - imaginary[n]!) / size;
      output[size - n] = (real[n]! + imaginary[n]!) / size;
    }
  }

  return { real, imaginary, transform, inverse };
}

function bitReversal(size: number): Uint32Array {
  const table = new Uint32Array(size);
  for (let n = 1; n < size; n++) table[n] = (table[n >> 1]! >> 1) | (n & 1 ? size >> 1 : 0);
  return table;
}
