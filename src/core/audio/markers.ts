import { RefoleyError } from '#core/errors.ts';
import { decodeText, encodeUtf8 } from './encoding.ts';
import { byteSource, fourCc, readChunk, viewOf, walkChunks } from './riff.ts';
import { writeRiff, type ChunkToWrite } from './riffWrite.ts';

/** A place in a WAV, or a stretch of it. Unit: samples of one channel ("sample frames"). */
export type Marker = {
  readonly start: number;
  /** 0 for a place. */
  readonly length: number;
  /** '' when it has none. */
  readonly label: string;
  readonly note: string;
};

/** What `cue ` and the list `adtl` hold, as chunks to write or as read from a file. */
export type MarkerChunks = { readonly cue: Uint8Array; readonly adtl?: Uint8Array | undefined };

const CUE_POINT = 24;
const REGION_PURPOSE = 'rgn ';

/**
 * Encodes the payloads of a `cue ` chunk and of its `LIST` of type adtl (Multimedia Programming Interface and Data
 * Specifications 1.0, 1991, "Cue-Points Chunk" and "Associated Data Chunk"). Texts are UTF-8.
 *
 * @throws RefoleyError `input` when a start or a length is no whole number of 32 bits.
 */
export function encodeMarkers(markers: readonly Marker[]): {
  readonly cue: Uint8Array;
  readonly adtl: Uint8Array;
} {
  const cue = new Uint8Array(4 + CUE_POINT * markers.length);
  const view = viewOf(cue);
  view.setUint32(0, markers.length, true);
  const texts: ChunkToWrite[] = [];
  for (const [index, { start, length, label, note }] of markers.entries()) {
    checkFrames(start);
    checkFrames(length);
    const id = index + 1;
    const at = 4 + CUE_POINT * index;
    view.setUint32(at, id, true);
    view.setUint32(at + 4, start, true);
    cue.set(encodeUtf8('data'), at + 8);
    view.setUint32(at + 20, start, true);
    if (length > 0) texts.push({ id: 'ltxt', payload: regionPayload(id, length) });
    if (label !== '') texts.push({ id: 'labl', payload: textPayload(id, label) });
    if (note !== '') texts.push({ id: 'note', payload: textPayload(id, note) });
  }
  return { cue, adtl: writeRiff('LIST', 'adtl', texts).subarray(8) };
}

/**
 * Decodes markers in the order of their starts. Points that the chunk promises and does not hold are left out, and so
 * are texts for points that do not exist.
 *
 * @param adtl payload of the `LIST` chunk of type adtl
 * @throws RefoleyError `corrupt` when the texts are absurdly many
 */
export function decodeMarkers({ cue, adtl }: MarkerChunks): Marker[] {
  const view = viewOf(cue);
  const declared = cue.length < 4 ? 0 : view.getUint32(0, true);
  const count = Math.min(declared, Math.floor((cue.length - 4) / CUE_POINT));
  const texts = adtl ? decodeTexts(adtl) : new Map<number, Partial<Marker>>();
  const markers = Array.from({ length: Math.max(0, count) }, (_, index): Marker => {
    const at = 4 + CUE_POINT * index;
    const id = view.getUint32(at, true);
    return { length: 0, label: '', note: '', ...texts.get(id), start: view.getUint32(at + 20, true) };
  });
  return markers.sort((a, b) => a.start - b.start);
}

function decodeTexts(adtl: Uint8Array): Map<number, Partial<Marker>> {
  const texts = new Map<number, Partial<Marker>>();
  if (fourCc(viewOf(adtl), 0) !== 'adtl') return texts;
  const source = byteSource(adtl);
  for (const chunk of walkChunks(source, 4)) {
    const payload = readChunk(source, chunk);
    if (payload.length < 4) continue;
    const view = viewOf(payload);
    const id = view.getUint32(0, true);
    const known = texts.get(id);
    if (chunk.id === 'labl') texts.set(id, { ...known, label: decodeText(payload.subarray(4)) });
    if (chunk.id === 'note') texts.set(id, { ...known, note: decodeText(payload.subarray(4)) });
    if (chunk.id === 'ltxt' && payload.length >= 8)
      texts.set(id, { ...known, length: view.getUint32(4, true) });
  }
  return texts;
}

function textPayload(id: number, text: string): Uint8Array {
  const bytes = encodeUtf8(`${text.replaceAll('\0', '')}\0`);
  const payload = new Uint8Array(4 + bytes.length);
  viewOf(payload).setUint32(0, id, true);
  payload.set(bytes, 4);
  return payload;
}

function regionPayload(id: number, length: number): Uint8Array {
  const payload = new Uint8Array(20);
  viewOf(payload).setUint32(0, id, true);
  viewOf(payload).setUint32(4, length, true);
  payload.set(encodeUtf8(REGION_PURPOSE), 8);
  return payload;
}

function checkFrames(value: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff) return;
  throw new RefoleyError('input', 'a marker must begin and end at a sample that a 32-bit number can tell');
}
