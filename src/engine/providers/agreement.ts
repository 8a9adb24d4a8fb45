/** Outputs of a graph by name. */
export type Outputs = Readonly<Record<string, Float32Array>>;

/**
 * How far the outputs of a provider may be from the CPU's. The starter pack's UNet in half precision is off by 0.15 %, and
 * weights stored as int8 cost up to 2 %, which is not heard; a kernel that skips a mask, an axis or a row is off by much more.
 */
export const TOLERANCE = 0.01;

/**
 * The largest root mean square difference among the outputs, relative to the root mean square of the reference;
 * Infinity where an output is missing, of another size or not a number.
 */
export function differenceFrom(reference: Outputs, outputs: Outputs): number {
  const differences = Object.entries(reference).map(([name, expected]) => {
    const actual = outputs[name];
    if (actual?.length !== expected.length) return Infinity;
    let [error, power] = [0, 0];
    for (const [i, value] of expected.entries()) {
      error += (actual[i]! - value) ** 2;
      power += value ** 2;
    }
    if (error === 0) return 0;
    const difference = Math.sqrt(error / power);
    return Number.isNaN(difference) ? Infinity : difference;
  });
  return Math.max(0, ...differences);
}
