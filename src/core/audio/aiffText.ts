import type { AiffLayout } from './aiff.ts';
import { decodeText } from './encoding.ts';
import type { Loop } from './loops.ts';
import { readChunk, viewOf } from './riff.ts';
import type { ByteSource, RiffChunk } from './riff.ts';

/** A `MARK` of an AIFF. Unit: samples of one channel. */
export interface AiffMarker {
  readonly id: number;
  readonly position: number;
  readonly label: string;
}

/** What the chunks of an AIFF say about the sound, beside its samples. */
export interface AiffTexts {
  /** Texts of `NAME`, `AUTH`, `(c) ` and `ANNO` in their order, and of the comments (`COMT`); any number of each. */
  readonly texts: readonly { readonly id: string; readonly text: string }[];
  readonly markers: readonly AiffMarker[];
  /** The sustain and release loops of `INST`, whose ends are markers. */
  readonly loops: readonly Loop[];
  /** Payload of the chunk `ID3 `. */
  readonly id3?: Uint8Array;
}

const TEXTS = ['NAME', 'AUTH', '(c) ', 'ANNO'];
/** No loop is mode 0. */
const LOOP_DIRECTIONS: Readonly<Record<number, Loop['direction']>> = { 1: 'forward', 2: 'alternating' };

/**
 * Reads what an AIFF or AIFF-C says about itself ("Audio Interchange File Format", Apple 1989, sections on Marker,
 * Instrument, Comments and Text chunks; `ID3 ` as later tools add it). A chunk that is cut off gives what it still
 * holds. Never throws.
 */
export function readAiffTexts(source: ByteSource, chunks: AiffLayout['chunks']): AiffTexts {
  const payloads = (id: string): Uint8Array[] =>
    chunks.filter((chunk) => chunk.id === id).map((chunk) => readChunk(source, chunk));
  const markers = payloads('MARK').flatMap(readMarkers);
  const [id3] = payloads('ID3 ');
  return {
    texts: chunks.flatMap((chunk) => readTexts(source, chunk)).filter(({ text }) => text !== ''),
    markers,
    loops: payloads('INST').flatMap((payload) => readLoops(payload, markers)),
    ...(id3 ? { id3 } : {}),
  };
}

function readTexts(source: ByteSource, chunk: RiffChunk): { id: string; text: string }[] {
  const { id } = chunk;
  if (TEXTS.includes(id)) return [{ id, text: decodeText(readChunk(source, chunk)).trim() }];
  return id === 'COMT' ? readComments(readChunk(source, chunk)).map((text) => ({ id, text })) : [];
}

/** Comments: a time stamp of 4 bytes and a marker's id of 2 before each text. */
function readComments(payload: Uint8Array): string[] {
  const view = viewOf(payload);
  const comments: string[] = [];
  for (let at = 2; at + 8 <= payload.length;) {
    const length = view.getUint16(at + 6);
    comments.push(decodeText(payload.subarray(at + 8, at + 8 + length)).trim());
    at += 8 + length + (length % 2);
  }
  return comments;
}

function readMarkers(payload: Uint8Array): AiffMarker[] {
  const view = viewOf(payload);
  const count = payload.length < 2 ? 0 : view.getUint16(0);
  const markers: AiffMarker[] = [];
  for (let at = 2; markers.length < count && at + 7 <= payload.length;) {
    // A Pascal string: its length, and with that an even number of bytes.
    const length = view.getUint8(at + 6);
    const label = decodeText(payload.subarray(at + 7, at + 7 + length));
    markers.push({ id: view.getInt16(at), position: view.getUint32(at + 2), label });
    at += 7 + length + ((length + 1) % 2);
  }
  return markers;
}

function readLoops(payload: Uint8Array, markers: readonly AiffMarker[]): Loop[] {
  const view = viewOf(payload);
  const position = (id: number): number | undefined => markers.find((marker) => marker.id === id)?.position;
  return [8, 14].flatMap((at): Loop[] => {
    if (at + 6 > payload.length) return [];
    const direction = LOOP_DIRECTIONS[view.getInt16(at)];
    const start = position(view.getInt16(at + 2));
    const end = position(view.getInt16(at + 4));
    if (direction === undefined || start === undefined || end === undefined || end <= start) return [];
    return [{ direction, start, end, times: 0 }];
  });
}
