import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { encodeSampler } from '#core/audio/loops.ts';
import { encodeMarkers } from '#core/audio/markers.ts';
import { writeWav } from '#core/audio/wav.ts';

const MARKED_RATE = 8000;

export interface Marks {
  /** Seconds; a length of 0 is a place. */
  readonly markers?: readonly (readonly [start: number, length: number, label: string])[];
  /** Seconds. */
  readonly loops?: readonly (readonly [start: number, end: number])[];
  /** Determines the samples. */
  readonly seed?: number;
}

/** Writes a WAV of noise with a `cue ` chunk, its labels and a `smpl` chunk. */
export function writeMarked(
  path: string,
  seconds: number,
  { markers = [], loops = [], seed = 1 }: Marks,
): void {
  let state = seed;
  const samples = Float32Array.from({ length: seconds * MARKED_RATE }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 1_073_741_824 - 1;
  });
  const wav = writeWav({ sampleRate: MARKED_RATE, channels: [samples], bits: 16 });
  const at = (time: number): number => Math.round(time * MARKED_RATE);
  const { cue, adtl } = encodeMarkers(
    markers.map(([start, length, label]) => ({ start: at(start), length: at(length), label, note: '' })),
  );
  const sampler = encodeSampler(
    {
      unityNote: 60,
      loops: loops.map(([start, end]) => ({
        direction: 'forward',
        start: at(start),
        end: at(end),
        times: 0,
      })),
    },
    MARKED_RATE,
  );
  const bytes = Buffer.concat([wav, chunk('cue ', cue), chunk('LIST', adtl), chunk('smpl', sampler)]);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

function chunk(id: string, payload: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(payload.length);
  return Buffer.concat([Buffer.from(id), size, payload, Buffer.alloc(payload.length % 2)]);
}
