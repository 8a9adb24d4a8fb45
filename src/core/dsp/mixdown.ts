/** Mean of all channels, which must be of one length. One channel is returned as it is. */
export function mixdown(channels: readonly Float32Array[]): Float32Array {
  const [first, ...rest] = channels;
  if (first === undefined) return new Float32Array(0);
  if (rest.length === 0) return first;
  return first.map(
    (sample, n) => rest.reduce((total, channel) => total + channel[n]!, sample) / channels.length,
  );
}
