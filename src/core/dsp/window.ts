/** Periodic Hann window: 0.5 - 0.5 cos(2 pi n / size), as torch.hann_window makes it. */
export function periodicHann(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size));
}
