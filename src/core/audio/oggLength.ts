import { fourCc, viewOf } from './riff.ts';
import type { ByteSource } from './riff.ts';

/** A page holds at most 65,307 bytes (RFC 3533), so that the last one lies within this. */
const TAIL_BYTES = 131_072;
/** Where the first packet begins in a first page, whose segment table has one entry. */
const PAYLOAD = 28;
const OPUS_RATE = 48_000;
const NO_POSITION = 0xffff_ffff_ffff_ffffn;

/**
 * Length in seconds of an Ogg Vorbis or Ogg Opus file from the position of its last page, so that the pages between
 * are not read (RFC 3533; Vorbis I, A.2; RFC 7845, 4). Null where it does not tell: another codec, several streams in
 * a row, a file without a whole last page.
 */
export function oggLength(source: ByteSource): number | null {
  const first = viewOf(source.read(0, 64));
  const clock = clockOf(first);
  if (!clock) return null;
  const position = lastPosition(source, first.getUint32(14, true));
  if (position === null) return null;
  return Math.max(0, position - clock.skipped) / clock.rate;
}

/** Positions per second, and those before the first sound. */
function clockOf(first: DataView): { readonly rate: number; readonly skipped: number } | undefined {
  if (first.byteLength < 64 || fourCc(first, 0) !== 'OggS') return undefined;
  const codec = fourCc(first, PAYLOAD) + fourCc(first, PAYLOAD + 4);
  if (codec === 'OpusHead') return { rate: OPUS_RATE, skipped: first.getUint16(PAYLOAD + 10, true) };
  const rate = first.getUint32(PAYLOAD + 12, true);
  return codec.startsWith('\x01vorbis') && rate > 0 ? { rate, skipped: 0 } : undefined;
}

/** The position that the last page of a stream states. */
function lastPosition(source: ByteSource, stream: number): number | null {
  const start = Math.max(0, source.size - TAIL_BYTES);
  const tail = viewOf(source.read(start, TAIL_BYTES));
  for (let at = tail.byteLength - 27; at >= 0; at--) {
    if (tail.getUint8(at) !== 0x4f || fourCc(tail, at) !== 'OggS' || tail.getUint8(at + 4) !== 0) continue;
    if (tail.getUint32(at + 14, true) !== stream) return null;
    const position = tail.getBigUint64(at + 6, true);
    if (position !== NO_POSITION) return Number(position);
  }
  return null;
}
