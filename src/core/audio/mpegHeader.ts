import { fourCc, viewOf } from './riff.ts';
import type { ByteSource } from './riff.ts';

/** What the first frames of an MPEG audio file say. */
export interface MpegHeader {
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples a channel; null when the file has no count of its frames, or breaks off before it. */
  readonly frames: number | null;
}

/** A frame header (ISO/IEC 11172-3, 2.4.1.3; 13818-3 for the lower rates; 2.5 is Fraunhofer's). */
interface Frame {
  readonly version: 1 | 2 | 2.5;
  readonly layer: 1 | 2 | 3;
  readonly sampleRate: number;
  readonly isMono: boolean;
  /** Bytes, its header included. */
  readonly length: number;
  /** Samples a channel that it decodes to. */
  readonly samples: number;
}

/** How far behind its tags a file's first frame is looked for. */
const SEARCHED = 64 * 1024;
/** Bytes of tags that may follow the frames that a Xing header counts; with more, something was appended to them. */
const MAX_TRAILER = 256 * 1024;
/** Frames in a row that make a beginning: one alone may be chance. */
const RUN = 3;

/** kbit/s by bit rate index. */
const BIT_RATES: Readonly<Record<string, readonly number[]>> = {
  '1/1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1/2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1/3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2/1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2/2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const SAMPLE_RATES = [44_100, 48_000, 32_000];

/**
 * Finds the first frames of an MPEG audio file (MP3, and layers I and II) and what they say; nothing when there are
 * none within the first 64 KiB. The length comes from a Xing or Info header with LAME's delay and padding where the
 * file has one.
 */
export function readMpegHeader(source: ByteSource): MpegHeader | undefined {
  const bytes = source.read(0, SEARCHED);
  for (let at = 0; at + 4 <= bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const frame = readFrame(bytes, at);
    if (!frame || !isRun(source, at, frame)) continue;
    return {
      sampleRate: frame.sampleRate,
      channels: frame.isMono ? 1 : 2,
      frames: countedFrames(source, at, frame),
    };
  }
  return undefined;
}

/** Whether frames of one kind follow each other, or end where the file does. */
function isRun(source: ByteSource, start: number, first: Frame): boolean {
  let [at, frame]: [number, Frame | undefined] = [start, first];
  for (let count = 1; count < RUN; count++) {
    at += frame.length;
    if (at >= source.size) return count > 1;
    frame = readFrame(source.read(at, 4), 0);
    if (frame?.sampleRate !== first.sampleRate || frame.layer !== first.layer) return false;
  }
  return true;
}

function readFrame(bytes: Uint8Array, at: number): Frame | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff) return undefined;
  const [, kind = 0, rates = 0, mode = 0] = bytes.subarray(at, at + 4);
  const version = ([2.5, undefined, 2, 1] as const)[(kind >> 3) & 3];
  const layer = ([undefined, 3, 2, 1] as const)[(kind >> 1) & 3];
  const rate = SAMPLE_RATES[(rates >> 2) & 3];
  if ((kind & 0xe0) !== 0xe0 || version === undefined || layer === undefined || rate === undefined) {
    return undefined;
  }
  const table = version === 1 ? `1/${layer}` : layer === 1 ? '2/1' : '2/2';
  const kilobits = BIT_RATES[table]?.[rates >> 4];
  // Index 0, the free format, is left to the decoder: its length is not in the header.
  if (!kilobits) return undefined;
  const sampleRate = version === 1 ? rate : version === 2 ? rate / 2 : rate / 4;
  const samples = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152;
  const padding = (rates >> 1) & 1;
  const slot = layer === 1 ? 4 : 1;
  const length = (Math.floor((samples / 8 / slot) * ((kilobits * 1000) / sampleRate)) + padding) * slot;
  return { version, layer, sampleRate, isMono: mode >> 6 === 3, length, samples };
}

/** The count of a Xing or Info header, without what LAME says was added before and behind. */
function countedFrames(source: ByteSource, at: number, frame: Frame): number | null {
  const side = frame.version === 1 ? (frame.isMono ? 17 : 32) : frame.isMono ? 9 : 17;
  const view = viewOf(source.read(at + 4 + side, 156));
  if (!['Xing', 'Info'].includes(fourCc(view, 0)) || view.byteLength < 156) return null;
  const flags = view.getUint32(4);
  if ((flags & 3) !== 3) return null;
  const count = view.getUint32(8);
  const bytes = view.getUint32(12);
  const left = source.size - at - bytes;
  if (count === 0 || left < 0 || left > MAX_TRAILER) return null;
  const lame = 8 + 4 + 4 + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0);
  const isLame = /^L(AME|avc|avf)/.test(fourCc(view, lame));
  const trimmed = isLame ? view.getUint32(lame + 20) >>> 0 : 0;
  // 24 bits: delay and padding, 12 each, from the 22nd byte of LAME's part.
  const [delay, padding] = [(trimmed >>> 12) & 0xfff, trimmed & 0xfff];
  return Math.max(0, count * frame.samples - delay - padding) || null;
}
