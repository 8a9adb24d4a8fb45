import { RefoleyError } from '#core/errors.ts';
import { encodeUtf8 } from './encoding.ts';
import { joinBytes } from './joinBytes.ts';
import { byteSource, fourCc, viewOf, walkRiff, type ByteSource } from './riff.ts';
import { encodeComments, type Comment } from './vorbisComment.ts';

/** A metadata block of a FLAC (RFC 9639, section 8). */
interface Block {
  readonly type: number;
  readonly payload: Uint8Array;
}

const MAGIC = encodeUtf8('fLaC');
const APPLICATION = 2;
const COMMENTS = 4;
const RIFF = encodeUtf8('riff');
const LAST = 0x80;
/** What the 24 bits of a block's length can tell. */
const MOST_BYTES = 0xff_ffff;

/**
 * Puts a FLAC together: STREAMINFO, comments, and every chunk of the WAV that it was encoded from in an APPLICATION block of its
 * own, as `flac --keep-foreign-metadata` writes them, so that the same WAV can be had back. Of `data` that is the header.
 *
 * @param streamInfo its payload
 * @throws RefoleyError `input` when a chunk is longer than a block can be
 */
export function writeFlac(
  streamInfo: Uint8Array,
  frames: readonly Uint8Array[],
  wav: Uint8Array,
  comments: readonly Comment[],
): Uint8Array {
  const foreign = [wav.subarray(0, 12), ...chunksOf(wav)].map((bytes) => ({
    type: APPLICATION,
    payload: joinBytes([RIFF, bytes]),
  }));
  const blocks = [
    { type: 0, payload: streamInfo },
    { type: COMMENTS, payload: encodeComments(comments) },
    ...foreign,
  ];
  const headers = blocks.map(({ type, payload }, index) =>
    header(type, payload.length, index === blocks.length - 1),
  );
  return joinBytes([MAGIC, ...blocks.flatMap(({ payload }, index) => [headers[index]!, payload]), ...frames]);
}

/**
 * The WAV that a FLAC was encoded from, as far as its `data`, put together from its APPLICATION blocks; undefined where it
 * has none.
 */
export function foreignWav(source: ByteSource): Uint8Array | undefined {
  const parts = [...walkBlocks(source)]
    .filter(({ type, payload }) => type === APPLICATION && fourCc(viewOf(payload), 0) === 'riff')
    .map(({ payload }) => payload.subarray(4));
  return fourCc(viewOf(parts[0] ?? new Uint8Array()), 0) === 'RIFF' ? joinBytes(parts) : undefined;
}

/** Bytes of a WAV's chunks with their headers and padding; of `data` its header. */
function* chunksOf(wav: Uint8Array): Generator<Uint8Array> {
  for (const { id, offset, size } of walkRiff(byteSource(wav))) {
    yield wav.subarray(offset - 8, id === 'data' ? offset : offset + size + (size % 2));
  }
}

function* walkBlocks(source: ByteSource): Generator<Block> {
  if (fourCc(viewOf(source.read(0, 4)), 0) !== 'fLaC') return;
  for (let at = 4, last = false; !last;) {
    const head = source.read(at, 4);
    if (head.length < 4) return;
    const length = viewOf(head).getUint32(0) & MOST_BYTES;
    last = (head[0]! & LAST) !== 0;
    yield { type: head[0]! & 0x7f, payload: source.read(at + 4, length) };
    at += 4 + length;
  }
}

function header(type: number, length: number, last: boolean): Uint8Array {
  if (length > MOST_BYTES)
    throw new RefoleyError('input', 'a chunk of this WAV is too long for a FLAC: export it as WAV');
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, length);
  bytes[0] = type | (last ? LAST : 0);
  return bytes;
}
