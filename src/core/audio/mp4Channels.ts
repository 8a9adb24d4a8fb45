import { fourCc, viewOf } from './riff.ts';
import type { ByteSource } from './riff.ts';

/** Boxes on the way to the description of the first sound track, with the bytes before what each holds. */
const PATH: readonly (readonly [box: string, header: number])[] = [
  ['moov', 0],
  ['trak', 0],
  ['mdia', 0],
  ['minf', 0],
  ['stbl', 0],
  ['stsd', 8],
  ['mp4a', 28],
  ['esds', 4],
];
/** No real description is larger. */
const MAX_DESCRIPTION = 4096;
/** ISO/IEC 14496-3, table 1.19: the channel configuration 7 has eight channels. */
const CHANNELS = [undefined, 1, 2, 3, 4, 5, 6, 8];

/**
 * Channels of the AAC in an MP4, from its AudioSpecificConfig (ISO/IEC 14496-1, 7.2.6; 14496-3, 1.6): the count in the
 * sample entry is 2 whatever the sound. Undefined where there is none, or it is described elsewhere.
 */
export function mp4Channels(source: ByteSource): number | undefined {
  return inBoxes(source, 0, source.size, PATH);
}

function inBoxes(source: ByteSource, from: number, to: number, path: typeof PATH): number | undefined {
  const [step, ...rest] = path;
  if (!step) return fromDescriptors(source.read(from, Math.min(to - from, MAX_DESCRIPTION)));
  const [name, header] = step;
  for (let at = from; at + 8 <= to;) {
    const view = viewOf(source.read(at, 16));
    if (view.byteLength < 8) return undefined;
    const short = view.getUint32(0);
    const isLong = short === 1 && view.byteLength === 16;
    const size = isLong ? Number(view.getBigUint64(8)) : short === 0 ? to - at : short;
    const inner = isLong ? 16 : 8;
    if (size < inner) return undefined;
    if (fourCc(view, 4) === name) {
      const found = inBoxes(source, at + inner + header, Math.min(to, at + size), rest);
      if (found !== undefined) return found;
    }
    at += size;
  }
  return undefined;
}

/** Descriptors 3 (stream), 4 (decoder) and 5 (its configuration), one in the other. */
function fromDescriptors(bytes: Uint8Array): number | undefined {
  let at = 0;
  for (const [tag, header] of [
    [3, 3],
    [4, 13],
    [5, 0],
  ] as const) {
    if (bytes[at++] !== tag) return undefined;
    // A length of up to four bytes, seven bits each.
    for (let count = 0; count < 4 && ((bytes[at++] ?? 0) & 0x80) !== 0; count++);
    at += header;
  }
  return channelsOf(bytes.subarray(at, at + 8));
}

function channelsOf(config: Uint8Array): number | undefined {
  const bits = Array.from(config, (byte) => byte.toString(2).padStart(8, '0')).join('');
  let at = 0;
  const take = (count: number): number => Number.parseInt(bits.slice(at, (at += count)), 2);
  if (take(5) === 31) at += 6;
  if (take(4) === 15) at += 24;
  return CHANNELS[take(4)];
}
