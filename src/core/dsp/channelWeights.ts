/** Bits of dwChannelMask (WAVE_FORMAT_EXTENSIBLE), in whose order the channels are stored. */
const LOW_FREQUENCY = 0x8;
const BACK = [0x10, 0x20];
const SIDE = [0x200, 0x400];
const SPEAKERS = 18;

const SURROUND_WEIGHT = 1.41;

/**
 * Weights of the channels in BS.1770-4, tables 3 and 4: 1.41 for speakers at the listener's sides (60 to 120 degrees),
 * nothing for the LFE, 1 for the others. The back pair counts as the sides where there are no side speakers, as in
 * 5.1 written by most tools. With no mask, 5 and 6 channels are taken for L R C (LFE) Ls Rs.
 *
 * @param mask dwChannelMask; channels beyond its speakers weigh 1
 */
export function channelWeights(count: number, mask = 0): number[] {
  if (mask === 0) return Array.from({ length: count }, (_, index) => weightByOrder(index, count));
  const speakers = Array.from({ length: SPEAKERS }, (_, bit) => 2 ** bit).filter((bit) => (mask & bit) !== 0);
  const sides = SIDE.some((bit) => speakers.includes(bit)) ? SIDE : BACK;
  return Array.from({ length: count }, (_, index) => {
    const speaker = speakers[index] ?? 0;
    if (speaker === LOW_FREQUENCY) return 0;
    return sides.includes(speaker) ? SURROUND_WEIGHT : 1;
  });
}

function weightByOrder(index: number, count: number): number {
  if (count === 6 && index === 3) return 0;
  return (count === 5 && index >= 3) || (count === 6 && index >= 4) ? SURROUND_WEIGHT : 1;
}
