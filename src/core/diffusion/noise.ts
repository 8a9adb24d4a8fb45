import { exactCosSin, exactLog } from './exactMath.ts';
import { philox } from './philox.ts';

/**
 * Standard normal noise: the same seed gives the same bits on every machine. Philox4x32-10 keyed by [seed, stream] makes
 * four words a block, hence two 53-bit uniforms, hence two values (Box and Muller, 1958). Value i depends on nothing but
 * the seed, the stream and i, so a longer take starts with the noise of a shorter one.
 *
 * @param seed unsigned 32-bit integer
 * @param count how many values
 * @param stream which of the seed's independent streams; unsigned 32-bit integer
 */
export function gaussianNoise(seed: number, count: number, stream = 0): Float32Array {
  const noise = new Float32Array(count);
  for (let block = 0; 2 * block < count; block++) {
    const [a, b, c, d] = philox([block, 0, 0, 0], [seed >>> 0, stream >>> 0]);
    // (0, 1], so that the logarithm exists.
    const radius = Math.sqrt(-2 * exactLog(uniform53(a, b) + 2 ** -53));
    const [cos, sin] = exactCosSin(uniform53(c, d));
    noise[2 * block] = radius * cos;
    if (2 * block + 1 < count) noise[2 * block + 1] = radius * sin;
  }
  return noise;
}

/** Numbers between 0 and 1, neither of them included: two of each block that `gaussianNoise` would make two values of. */
export function uniformNoise(seed: number, count: number, stream = 0): Float64Array {
  const noise = new Float64Array(count);
  for (let block = 0; 2 * block < count; block++) {
    const [a, b, c, d] = philox([block, 0, 0, 0], [seed >>> 0, stream >>> 0]);
    noise[2 * block] = uniform53(a, b) + 2 ** -54;
    if (2 * block + 1 < count) noise[2 * block + 1] = uniform53(c, d) + 2 ** -54;
  }
  return noise;
}

/** 53 bits of two words as a number in [0, 1). */
function uniform53(high: number, low: number): number {
  return (high * 2 ** 21 + (low >>> 11)) * 2 ** -53;
}
