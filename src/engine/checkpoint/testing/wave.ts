/** An input that both languages make alike: offset + scale sin(0.37 i + 0.11 (i mod 13)). */
export function wave(dims: readonly number[], scale: number, offset: number): Float32Array<ArrayBuffer> {
  const length = dims.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length }, (_, i) => offset + scale * Math.sin(0.37 * i + 0.11 * (i % 13)));
}
