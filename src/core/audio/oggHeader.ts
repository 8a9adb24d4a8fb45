import { RefoleyError } from '#core/errors.ts';
import { readStreamInfo, STREAM_INFO_BYTES } from './flacHeader.ts';
import { fourCc, viewOf } from './riff.ts';
import type { ByteSource } from './riff.ts';

/** What the headers of an Ogg file say about its first stream of audio. */
export interface OggHeader {
  readonly coding: 'vorbis' | 'opus' | 'flac';
  /** Hz: of the samples that come out, so 48000 for Opus. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Bits a sample; null where the coding has none. */
  readonly bits: number | null;
  /** What the samples are to be multiplied by: the output gain of Opus. */
  readonly gain: number;
  /** Samples a channel; null when the file is of several links or does not tell. */
  readonly frames: number | null;
}

/** An Ogg page (RFC 3533, section 6). */
interface Page {
  /** Samples up to the end of the page, -1 where no packet ends in it. */
  readonly granule: number;
  readonly isFirst: boolean;
  readonly serial: number;
  readonly payload: number;
  readonly end: number;
}

const PAGE_HEADER = 27;
/** The longest page: header, 255 lacing values, 255 segments of 255 bytes. */
const MAX_PAGE = PAGE_HEADER + 255 + 255 * 255;
/** Streams that one file may multiplex. */
const MAX_STREAMS = 64;
/** Codecs that Ogg carries and Refoley does not read. */
const OTHERS: readonly (readonly [magic: string, name: string])[] = [
  ['Speex', 'Speex'],
  ['\x80theora', 'Theora video'],
  ['fishead', 'an index'],
  ['PCM', 'PCM'],
  ['CELT', 'CELT'],
];

/**
 * Reads the headers of an Ogg file (RFC 3533) with Vorbis (Vorbis I, 4.2.2), Opus (RFC 7845, 5.1) or FLAC, and the
 * last whole page for its length.
 *
 * @throws RefoleyError `corrupt` when a header is damaged; `input` when it holds a codec that we do not decode
 */
export function readOggHeader(source: ByteSource): OggHeader {
  let other: string | undefined;
  let page = readPage(source, 0);
  if (!page) throw damaged('its first page is not whole');
  for (let count = 0; count < MAX_STREAMS && page?.isFirst; count++) {
    const payload = source.read(page.payload, Math.min(page.end - page.payload, 13 + 4 + STREAM_INFO_BYTES));
    const head = readIdentification(payload);
    if (head) return { ...head.facts, frames: lengthOf(source, page.serial, head.skip) };
    const magic = ascii(payload);
    other ??= OTHERS.find(([begin]) => magic.startsWith(begin))?.[1];
    page = readPage(source, page.end);
  }
  if (other === undefined) throw damaged('it names no codec that is known');
  throw new RefoleyError('input', `this Ogg file holds ${other}: convert it to WAV or FLAC`);
}

type Identification = {
  readonly facts: Omit<OggHeader, 'frames'>;
  /** Samples that are decoded and dropped at the beginning. */
  readonly skip: number;
};

function readIdentification(payload: Uint8Array): Identification | undefined {
  const view = viewOf(payload);
  const magic = ascii(payload);
  if (magic.startsWith('\x01vorbis')) {
    if (payload.length < 16) throw damaged('its Vorbis header is too short');
    const [sampleRate, channels] = [view.getUint32(12, true), view.getUint8(11)];
    if (sampleRate === 0 || channels === 0) throw damaged(`${channels} channels of ${sampleRate} Hz`);
    return { facts: { coding: 'vorbis', sampleRate, channels, bits: null, gain: 1 }, skip: 0 };
  }
  if (magic.startsWith('OpusHead')) {
    if (payload.length < 12) throw damaged('its Opus header is too short');
    const channels = view.getUint8(9);
    if (channels === 0) throw damaged('it declares no channels');
    // Q7.8 decibels.
    const gain = payload.length < 18 ? 1 : 10 ** (view.getInt16(16, true) / 256 / 20);
    return {
      facts: { coding: 'opus', sampleRate: 48_000, channels, bits: null, gain },
      skip: view.getUint16(10, true),
    };
  }
  if (magic.startsWith('\x7fFLAC')) {
    const { sampleRate, channels, bits } = readStreamInfo(payload.subarray(17));
    return { facts: { coding: 'flac', sampleRate, channels, bits, gain: 1 }, skip: 0 };
  }
  return undefined;
}

/** The granule position of the last whole page, less what is skipped; null when that page is of another stream. */
function lengthOf(source: ByteSource, serial: number, skip: number): number | null {
  const start = Math.max(0, source.size - 2 * MAX_PAGE);
  const tail = source.read(start, 2 * MAX_PAGE);
  for (let at = tail.length - PAGE_HEADER; at >= 0; at--) {
    if (tail[at] !== 0x4f || tail[at + 1] !== 0x67) continue;
    const page = readPage(source, start + at);
    if (!page || page.end > source.size || page.granule < 0) continue;
    return page.serial === serial && page.granule > skip ? page.granule - skip : null;
  }
  return null;
}

function readPage(source: ByteSource, offset: number): Page | undefined {
  const header = viewOf(source.read(offset, PAGE_HEADER));
  if (header.byteLength < PAGE_HEADER || fourCc(header, 0) !== 'OggS') return undefined;
  const segments = source.read(offset + PAGE_HEADER, header.getUint8(26));
  const payload = offset + PAGE_HEADER + segments.length;
  return {
    granule: Number(header.getBigInt64(6, true)),
    isFirst: (header.getUint8(5) & 2) !== 0,
    serial: header.getUint32(14, true),
    payload,
    end: segments.reduce((sum, length) => sum + length, payload),
  };
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 8));
}

function damaged(what: string): RefoleyError {
  return new RefoleyError('corrupt', `this Ogg file has a damaged header (${what}): copy or export it again`);
}
