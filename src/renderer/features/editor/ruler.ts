/** Steps that people count in, in seconds. */
const STEPS = [
  ...[1, 2, 5].flatMap((digit) => [-6, -5, -4, -3, -2, -1].map((power) => digit * 10 ** power)),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600],
].sort((one, other) => one - other);

/** The finest step of which each is at least so many pixels wide. */
export function stepOf(pixelsPerSecond: number, least: number): number {
  return STEPS.find((step) => step * pixelsPerSecond >= least) ?? 7200;
}

/** A moment on a ruler of this step: no more decimals than tell one from the next. */
export function rulerTime(seconds: number, step: number): string {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const minutes = Math.floor(seconds / 60 + 1e-9);
  const rest = Math.max(0, seconds - 60 * minutes).toFixed(decimals);
  return minutes === 0 && step < 1
    ? rest
    : `${minutes}:${rest.padStart(decimals > 0 ? 3 + decimals : 2, '0')}`;
}
