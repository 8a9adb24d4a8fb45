import { RefoleyError } from '#core/errors.ts';
import { encodeUtf8 } from './encoding.ts';
import { joinBytes } from './joinBytes.ts';
import { byteSource, fourCc, viewOf, type ByteSource } from './riff.ts';
import { decodeComments, encodeComments, type Comment } from './vorbisComment.ts';

/** An Ogg page (RFC 3533, section 6). */
interface Page {
  readonly flags: number;
  readonly granule: bigint;
  readonly lacing: Uint8Array;
  readonly payload: Uint8Array;
}

const HEADER = 27;
const MAGIC = encodeUtf8('OggS');
const CONTINUED = 1;
/** What a lacing value tells of a segment that goes on; also the most values of a page. */
const LONGEST = 255;
/** Of comments, which are some 16 MB. */
const MOST_PAGES = 256;
/** Of a page in which no packet ends. */
const NO_POSITION = 0xffff_ffff_ffff_ffffn;
const COMMENT_HEADER = encodeUtf8('\x03vorbis');
/** Of the polynomial 0x04c11db7, the highest bit first. */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc;
});

/**
 * Gives an Ogg Vorbis stream other comments. The first page stays as it is; comments and setup, the second and the third packet,
 * are laid out anew, and the pages after them get other numbers.
 *
 * @throws RefoleyError `internal` for what an encoder of Vorbis does not write
 */
export function withComments(ogg: Uint8Array, comments: readonly Comment[]): Uint8Array {
  const [first, ...pages] = walkPages(byteSource(ogg));
  const headers: Uint8Array[] = [];
  let used = 0;
  // The third packet ends its page (Vorbis I, A.2).
  while (headers.length < 2 && used < pages.length)
    headers.splice(0, 2, ...packetsOf(pages.slice(0, ++used)));
  const [, setup] = headers;
  if (!first || !setup) throw new RefoleyError('internal', 'the Ogg encoder wrote no headers: export again');
  const comment = joinBytes([COMMENT_HEADER, encodeComments(comments), Uint8Array.of(1)]);
  const serial = viewOf(ogg).getUint32(14, true);
  const written = [first, ...pagesOf([comment, setup]), ...pages.slice(used)];
  return joinBytes(written.map((page, number) => encodePage(page, serial, number)));
}

/** The comments of an Ogg Vorbis stream; none of another. */
export function readOggComments(source: ByteSource): Comment[] {
  const pages: Page[] = [];
  for (const page of walkPages(source)) {
    if (pages.push(page) > MOST_PAGES) break;
    if (page.lacing.every((length) => length === LONGEST)) continue;
    const [, comments] = packetsOf(pages);
    if (!comments) continue;
    const isVorbis = COMMENT_HEADER.every((byte, at) => comments[at] === byte);
    return isVorbis ? decodeComments(comments.subarray(COMMENT_HEADER.length)) : [];
  }
  return [];
}

function* walkPages(source: ByteSource): Generator<Page> {
  for (let at = 0; ;) {
    const head = source.read(at, HEADER + LONGEST);
    const view = viewOf(head);
    if (head.length < HEADER || fourCc(view, 0) !== 'OggS') return;
    const lacing = head.subarray(HEADER, HEADER + view.getUint8(26));
    const size = lacing.reduce((sum, length) => sum + length, 0);
    at += HEADER + lacing.length;
    const payload = source.read(at, size);
    yield { flags: view.getUint8(5), granule: view.getBigUint64(6, true), lacing, payload };
    at += size;
  }
}

/** The packets that end in these pages. */
function packetsOf(pages: readonly Page[]): Uint8Array[] {
  const bytes = joinBytes(pages.map(({ payload }) => payload));
  const packets: Uint8Array[] = [];
  let [start, end] = [0, 0];
  for (const length of pages.flatMap(({ lacing }) => [...lacing])) {
    end += length;
    if (length === LONGEST) continue;
    packets.push(bytes.subarray(start, end));
    start = end;
  }
  return packets;
}

/** Pages of packets in a row, of which no sound has begun. */
function pagesOf(packets: readonly Uint8Array[]): Page[] {
  const payload = joinBytes(packets);
  const lacing = packets.flatMap(({ length }) => [
    ...Array.from({ length: Math.floor(length / LONGEST) }, () => LONGEST),
    length % LONGEST,
  ]);
  const pages: Page[] = [];
  for (let [first, at] = [0, 0]; first < lacing.length; first += LONGEST) {
    const own = Uint8Array.from(lacing.slice(first, first + LONGEST));
    const size = own.reduce((sum, length) => sum + length, 0);
    const ends = own.some((length) => length < LONGEST);
    const flags = first > 0 && lacing[first - 1] === LONGEST ? CONTINUED : 0;
    pages.push({
      flags,
      granule: ends ? 0n : NO_POSITION,
      lacing: own,
      payload: payload.subarray(at, at + size),
    });
    at += size;
  }
  return pages;
}

function encodePage({ flags, granule, lacing, payload }: Page, serial: number, number: number): Uint8Array {
  const page = joinBytes([MAGIC, new Uint8Array(HEADER - MAGIC.length), lacing, payload]);
  const view = viewOf(page);
  view.setUint8(5, flags);
  view.setBigUint64(6, granule, true);
  view.setUint32(14, serial, true);
  view.setUint32(18, number, true);
  view.setUint8(26, lacing.length);
  view.setUint32(22, checksum(page), true);
  return page;
}

function checksum(page: Uint8Array): number {
  return page.reduce((crc, byte) => (crc << 8) ^ CRC[(crc >>> 24) ^ byte]!, 0) >>> 0;
}
