/**
 * log, cos and sin from nothing but + - * /, whose results IEEE 754 fixes to the last bit. Math.log, Math.cos and
 * Math.sin may differ between JavaScript engines, and a seed has to mean the same noise on every machine.
 * training/refoley_training/noise.py does the same operations in the same order.
 */

/** 1/3, 1/5 .. 1/23: atanh's series, good to 1e-17 for |s| <= 0.172. */
const ATANH = [3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23].map((n) => 1 / n);
const SINE = [3, 5, 7, 9, 11, 13, 15, 17].map(inverseFactorial);
const COSINE = [2, 4, 6, 8, 10, 12, 14, 16].map(inverseFactorial);
const SQRT_HALF = 0.7071067811865476;
const LN_2 = 0.6931471805599453;
const HALF_PI = 1.5707963267948966;

/** Natural logarithm of a positive, finite, normal number, to about 1e-16 of its value. */
export function exactLog(value: number): number {
  let mantissa = value;
  let exponent = 0;
  while (mantissa < SQRT_HALF) {
    mantissa *= 2;
    exponent -= 1;
  }
  while (mantissa >= 2 * SQRT_HALF) {
    mantissa /= 2;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const series = 1 + s * s * polynomial(ATANH, s * s);
  return exponent * LN_2 + 2 * s * series;
}

/** [cos, sin] of 2 pi `turns`, for turns in [0, 1]. */
export function exactCosSin(turns: number): readonly [cos: number, sin: number] {
  const quarters = turns * 4;
  const quadrant = Math.floor(quarters + 0.5);
  const angle = (quarters - quadrant) * HALF_PI;
  const square = -(angle * angle);
  const cos = 1 + square * polynomial(COSINE, square);
  const sin = angle * (1 + square * polynomial(SINE, square));
  switch (quadrant & 3) {
    case 0:
      return [cos, sin];
    case 1:
      return [-sin, cos];
    case 2:
      return [-cos, -sin];
    default:
      return [sin, -cos];
  }
}

/** Horner's rule; the first coefficient is the constant. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((total, coefficient) => total * x + coefficient, 0);
}

function inverseFactorial(n: number): number {
  let factorial = 1;
  for (let i = 2; i <= n; i++) factorial *= i;
  return 1 / factorial;
}
