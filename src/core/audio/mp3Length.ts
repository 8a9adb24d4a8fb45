import { viewOf } from './riff.ts';
import type { ByteSource } from './riff.ts';

export interface Mp3Length {
  readonly seconds: number;
  /** The file holds less than its header promises, so the length is scaled to what there is. */
  readonly estimated: boolean;
}

/** Hz of MPEG 1; half of it in MPEG 2, a quarter in 2.5. */
const RATES = [44_100, 48_000, 32_000];
/** Encoders put the frame with the counts first; padding after a tag may come before it. */
const SEARCHED_BYTES = 16_384;
const FRAME_WITHIN = 65_536;
/** Taggers that add another rather than change the first leave two or three. */
const MAX_TAGS = 16;

/**
 * Length of an MP3 from the count of frames in its first one: a `Xing`, `Info` or `VBRI` header. Where the encoder
 * says how many samples it added before and after, they are taken off, as players do. Undefined without such a header.
 * http://gabriel.mp3-tech.org/mp3infotag.html
 */
export function mp3Length(source: ByteSource): Mp3Length | undefined {
  const start = afterId3(source);
  const view = viewOf(source.read(start, SEARCHED_BYTES));
  for (let at = 0; at + 160 < view.byteLength; at++) {
    if (view.getUint8(at) !== 0xff) continue;
    const counts = readCounts(view, at);
    if (!counts) continue;
    const seconds = Math.max(0, counts.samples) / counts.rate;
    const stored = source.size - start - at;
    const cut = counts.bytes > 0 && stored < 0.98 * counts.bytes;
    return cut
      ? { seconds: (seconds * stored) / counts.bytes, estimated: true }
      : { seconds, estimated: false };
  }
  return undefined;
}

/** Whether there is a frame of MPEG audio in the first part of a file, after its tags. */
export function hasMpegFrame(source: ByteSource): boolean {
  const view = viewOf(source.read(afterId3(source), FRAME_WITHIN));
  for (let at = 0; at + 4 <= view.byteLength; at++) {
    if (view.getUint8(at) === 0xff && isFrameHeader(view.getUint32(at))) return true;
  }
  return false;
}

/** Where the ID3v2 tags at the beginning of a file end, in bytes. */
export function afterId3(source: ByteSource): number {
  let position = 0;
  for (let count = 0; count < MAX_TAGS; count++) {
    const header = source.read(position, 10);
    const [i, d, three, , , flags = 0, a = 0, b = 0, c = 0, e = 0] = header;
    if (header.length < 10 || i !== 0x49 || d !== 0x44 || three !== 0x33) return position;
    const size = (a << 21) | (b << 14) | (c << 7) | e;
    position += 10 + size + (flags & 0x10 ? 10 : 0);
  }
  return position;
}

/** Sync word, and a version, a layer, a bit rate and a sample rate that exist (ISO/IEC 11172-3, 2.4.2.3). */
function isFrameHeader(header: number): boolean {
  const [version, layer, bitRate, rate] = [header >> 19, header >> 17, header >> 12, header >> 10] as const;
  const exists = (version & 3) !== 1 && (layer & 3) !== 0 && (bitRate & 15) !== 15 && (rate & 3) !== 3;
  return header >>> 21 === 0x7ff && (bitRate & 15) !== 0 && exists;
}

/** Samples, rate and bytes of the stream, if a frame with counts begins here. */
function readCounts(
  view: DataView,
  at: number,
): { readonly samples: number; readonly rate: number; readonly bytes: number } | undefined {
  const header = view.getUint32(at);
  const version = (header >> 19) & 3;
  const rate = RATES[(header >> 10) & 3];
  // Layer III only: the others have no such header. Version 1 is reserved.
  if (header >>> 21 !== 0x7ff || version === 1 || ((header >> 17) & 3) !== 1 || rate === undefined)
    return undefined;
  const isMpeg1 = version === 3;
  const isMono = ((header >> 6) & 3) === 3;
  const format = {
    rate: isMpeg1 ? rate : version === 2 ? rate / 2 : rate / 4,
    frameSamples: isMpeg1 ? 1152 : 576,
  };
  const sideInfo = isMpeg1 ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  return readXing(view, at + 4 + sideInfo, format) ?? readVbri(view, at + 36, format);
}

interface FrameFormat {
  readonly rate: number;
  readonly frameSamples: number;
}

function readXing(view: DataView, at: number, { rate, frameSamples }: FrameFormat) {
  if (!['Xing', 'Info'].includes(letters(view, at, 4))) return undefined;
  const flags = view.getUint32(at + 4);
  if (!(flags & 1)) return undefined;
  const frames = view.getUint32(at + 8);
  const bytes = flags & 2 ? view.getUint32(at + 12) : 0;
  const encoder = at + 8 + 4 + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0);
  const added =
    encoder + 24 <= view.byteLength && /^L/.test(letters(view, encoder, 4)) ? delays(view, encoder + 21) : 0;
  return { samples: frames * frameSamples - added, rate, bytes };
}

function readVbri(view: DataView, at: number, { rate, frameSamples }: FrameFormat) {
  if (letters(view, at, 4) !== 'VBRI') return undefined;
  return { samples: view.getUint32(at + 14) * frameSamples, rate, bytes: view.getUint32(at + 10) };
}

/** Samples that the encoder added at the beginning and at the end: twelve bits each. */
function delays(view: DataView, at: number): number {
  const both = (view.getUint8(at) << 16) | view.getUint16(at + 1);
  return (both >> 12) + (both & 0xfff);
}

function letters(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...Array.from({ length }, (_, index) => view.getUint8(at + index)));
}
