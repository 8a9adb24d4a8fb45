import { gaussianNoise } from '#core/diffusion/noise.ts';

/** Drawn once: a million times 512 normal numbers would take longer than all that is measured. */
const noise = gaussianNoise(2, 1 << 21);

/** A unit vector near another, a different one for every number. @param by standard deviation of what is added to each component */
export function scattered(around: Float32Array, number: number, by: number): Float32Array {
  const [first, second] = [2_654_435_761, 2_246_822_519].map((factor) =>
    Math.floor(share(number, factor) * (noise.length - around.length)),
  ) as [number, number];
  const vector = around.map(
    (value, n) => value + by * (noise[first + n]! + noise[second + n]!) * Math.SQRT1_2,
  );
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
}

/** Between 0 and 1, as if by chance. */
export function share(number: number, factor = 3_266_489_917): number {
  return (Math.imul(number + 1, factor) >>> 0) / 2 ** 32;
}
