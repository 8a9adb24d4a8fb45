import { RefoleyError } from '#core/errors.ts';
import type { ByteSource } from './riff.ts';
import { fourCc, viewOf } from './riff.ts';

/** What a FLAC's STREAMINFO says (RFC 9639, section 8.2). */
export interface FlacHeader {
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Bits a sample. */
  readonly bits: number;
  /** Samples a channel; null when the encoder did not know, or the last frame does not end there. */
  readonly frames: number | null;
}

/** Bytes of the STREAMINFO block, without its header of four. */
export const STREAM_INFO_BYTES = 34;
/** Bytes at the end of a file in which its last frame begins, unless frames are absurdly large. */
const TAIL = 128 * 1024;

/**
 * Reads the header of a native FLAC file. The end of the file is looked at too: a frame that begins there tells
 * whether the promised length was reached.
 *
 * @throws RefoleyError `corrupt` when STREAMINFO is not there or impossible
 */
export function readFlacHeader(source: ByteSource): FlacHeader {
  const head = source.read(0, 8 + STREAM_INFO_BYTES);
  if (fourCc(viewOf(head), 0) !== 'fLaC') throw damaged('it does not begin with fLaC');
  const { maxBlock, ...info } = readStreamInfo(head.subarray(8));
  if (info.frames === null) return info;
  const reached = lastFrameEnd(source.read(Math.max(0, source.size - TAIL), TAIL), maxBlock);
  return { ...info, frames: reached === info.frames ? info.frames : null };
}

/**
 * Reads the payload of a STREAMINFO block; `maxBlock` is the largest block in samples.
 *
 * @throws RefoleyError `corrupt`
 */
export function readStreamInfo(info: Uint8Array): FlacHeader & { readonly maxBlock: number } {
  if (info.length < STREAM_INFO_BYTES) throw damaged('it is too short');
  const view = viewOf(info);
  const packed = view.getUint32(10);
  const sampleRate = packed >>> 12;
  // 36 bits: four at the end of the byte that also ends the bits, and 32.
  const frames = (view.getUint8(13) & 0x0f) * 2 ** 32 + view.getUint32(14);
  if (sampleRate === 0) throw damaged('its sample rate is 0 Hz');
  return {
    sampleRate,
    channels: ((packed >>> 9) & 7) + 1,
    bits: ((packed >>> 4) & 0x1f) + 1,
    frames: frames === 0 ? null : frames,
    maxBlock: view.getUint16(2),
  };
}

/** Samples up to the end of the last frame whose header is whole; 0 when there is none. */
function lastFrameEnd(bytes: Uint8Array, maxBlock: number): number {
  for (let at = bytes.length - 6; at >= 0; at--) {
    if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xfe) !== 0xf8) continue;
    const end = frameEnd(bytes.subarray(at, at + 16), maxBlock);
    if (end !== undefined) return end;
  }
  return 0;
}

/** The sample after a frame, by its header (RFC 9639, section 9.1), or nothing when its CRC-8 is wrong. */
function frameEnd(header: Uint8Array, maxBlock: number): number | undefined {
  const sizeCode = header[2]! >> 4;
  const rateCode = header[2]! & 0x0f;
  if (sizeCode === 0 || rateCode === 15) return undefined;
  const coded = codedNumber(header.subarray(4));
  if (!coded) return undefined;
  const sizeAt = 4 + coded.length;
  const sizeBytes = sizeCode === 6 ? 1 : sizeCode === 7 ? 2 : 0;
  const rateBytes = rateCode === 12 ? 1 : rateCode === 13 || rateCode === 14 ? 2 : 0;
  const length = sizeAt + sizeBytes + rateBytes;
  if (length >= header.length || crc8(header.subarray(0, length)) !== header[length]) return undefined;
  const stored = sizeBytes === 2 ? (header[sizeAt]! << 8) | header[sizeAt + 1]! : header[sizeAt]!;
  const size = sizeBytes > 0 ? stored + 1 : blockSize(sizeCode);
  const isVariable = (header[1]! & 1) === 1;
  return (isVariable ? coded.value : coded.value * maxBlock) + size;
}

function blockSize(code: number): number {
  if (code === 1) return 192;
  return code < 6 ? 576 << (code - 2) : 256 << (code - 8);
}

/** A number of up to 36 bits in the extended UTF-8 of FLAC. */
function codedNumber(bytes: Uint8Array): { value: number; length: number } | undefined {
  const first = bytes[0] ?? 0xff;
  if (first < 0x80) return { value: first, length: 1 };
  const length = Math.clz32(~(first << 24));
  if (length < 2 || length > 7 || bytes.length < length) return undefined;
  let value = first & (0x7f >> length);
  for (const byte of bytes.subarray(1, length)) {
    if ((byte & 0xc0) !== 0x80) return undefined;
    value = value * 64 + (byte & 0x3f);
  }
  return { value, length };
}

function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
  }
  return crc;
}

function damaged(what: string): RefoleyError {
  return new RefoleyError('corrupt', `this FLAC has a damaged header (${what}): copy or export it again`);
}
