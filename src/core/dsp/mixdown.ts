/** Mean of all channels, which must be of one length. One channel is returned as it is. */
export function mixdown(channels: readonly Float32Array[]): Float32Array {
  const [first, ...rest] = channels;
  if (first === undefined) return new Float32Array(0);
  if (rest.length === 0) return first;
  const mixed = new Float32Array(first.length);
  for (let n = 0; n < mixed.length; n++) {
    let total = first[n]!;
    for (const channel of rest) total += channel[n]!;
    mixed[n] = total / channels.length;
  }
  return mixed;
}
