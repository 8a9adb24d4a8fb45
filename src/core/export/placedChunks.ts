import { decodeSampler, encodeSampler } from '../audio/loops.ts';
import { decodeMarkers, encodeMarkers, type Marker } from '../audio/markers.ts';
import { fourCc, viewOf } from '../audio/riff.ts';
import type { ChunkToWrite } from '../audio/riffWrite.ts';
import { clipLength, type Clip } from '../edit/clip.ts';
import type { SourceChunks } from './sourceChunks.ts';

/** Chunks that tell places in the samples, or tracks by their numbers; none of them is Refoley's own. */
const PLACES = new Set(['plst', 'regn', 'strc', 'acid', 'qlty', 'elm1', 'minf', 'umid', 'axml', 'chna']);
/** MIDI note of a sound at its own pitch where nobody has said another. */
const MIDDLE_C = 60;
/** Timers of `cart` (AES46): eight, each a name and a count of samples. */
const CART_TIMERS = { from: 684, to: 748 };

/**
 * The chunks of a WAV beside those that describe it: `smpl`, `cue ` and its texts, and those that other programs wrote, byte for byte
 * and in their order. What says in the source what is said of the clip is the source's own bytes.
 *
 * @param moved whether places in the source's samples mean others now
 * @throws RefoleyError `input` as `encodeMarkers` and `encodeSampler`
 */
export function placedChunks(clip: Clip, source: SourceChunks | undefined, moved: boolean): ChunkToWrite[] {
  const still = moved ? undefined : source;
  const sameTracks = source?.channels === clip.channels.length;
  return [
    ...samplerChunk(clip, source, still),
    ...markerChunks(clip, still),
    ...(source?.foreign.filter((chunk) => (!moved && sameTracks) || !tellsPlaces(chunk)) ?? []),
  ];
}

/** Whether places in the samples of a source mean others in a clip, for its length or its rate alone. */
export function hasOtherLength(clip: Clip, source: SourceChunks): boolean {
  return source.sampleRate !== clip.rate || source.frames !== clipLength(clip);
}

function samplerChunk({ loop, rate }: Clip, source?: SourceChunks, still?: SourceChunks): ChunkToWrite[] {
  const kept = source?.smpl && sampler(source.smpl);
  const before = kept?.loops[0];
  const same = loop ? before?.start === loop.start && before.end === loop.end : before === undefined;
  if (still?.smpl && same) return [{ id: 'smpl', payload: still.smpl }];
  if (!loop && !kept) return [];
  const loops = loop ? [{ direction: 'forward', ...loop, times: 0 } as const] : [];
  const unityNote = Math.min(127, kept?.unityNote ?? MIDDLE_C);
  return [{ id: 'smpl', payload: encodeSampler({ unityNote, loops }, rate) }];
}

function sampler(bytes: Uint8Array) {
  try {
    return decodeSampler(bytes);
  } catch {
    return undefined;
  }
}

function markerChunks({ markers }: Clip, still?: SourceChunks): ChunkToWrite[] {
  const before = still?.cue && { cue: still.cue, adtl: still.adtl };
  const kept = before && sameMarkers(decodeMarkers(before), markers) ? before : undefined;
  if (markers.length === 0 && !kept) return [];
  const { cue, adtl } = kept ?? encodeMarkers(markers);
  const texts = adtl && adtl.length > 4 ? [{ id: 'LIST', payload: adtl }] : [];
  return [{ id: 'cue ', payload: cue }, ...texts];
}

function sameMarkers(a: readonly Marker[], b: readonly Marker[]): boolean {
  const same = (one: Marker, other: Marker | undefined): boolean =>
    one.start === other?.start &&
    one.length === other.length &&
    one.label === other.label &&
    one.note === other.note;
  return a.length === b.length && a.every((marker, index) => same(marker, b[index]));
}

function tellsPlaces({ id, payload }: ChunkToWrite): boolean {
  if (id === 'cart') return payload.subarray(CART_TIMERS.from, CART_TIMERS.to).some((byte) => byte !== 0);
  return PLACES.has(id) || (id === 'LIST' && fourCc(viewOf(payload), 0) === 'wavl');
}
