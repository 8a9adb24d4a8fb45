/**
 * The expansion tables of ITU-T Recommendation G.711 (1988), from a code to -1..1: the 13 bits of A-law and the 14 of
 * mu-law, left-justified in 16 as every tool does.
 */
export const A_LAW = table((code) => {
  // Even bits are inverted on the line.
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return bits & 0x80 ? magnitude : -magnitude;
});

export const MU_LAW = table((code) => {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
  return bits & 0x80 ? -magnitude : magnitude;
});

function table(expand: (code: number) => number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, code) => expand(code) / 0x8000);
}
