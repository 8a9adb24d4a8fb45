import { RefoleyError } from '#core/errors.ts';
import { viewOf } from './riff.ts';

export const loopDirections = ['forward', 'alternating', 'backward'] as const;

/** A stretch that a sampler repeats. Unit: samples of one channel. */
export type Loop = {
  readonly direction: (typeof loopDirections)[number];
  readonly start: number;
  /** The first sample after the loop. */
  readonly end: number;
  /** How often it is played; 0 for ever. */
  readonly times: number;
};

/** What a `smpl` chunk tells a sampler. */
export type Sampler = {
  /** MIDI note at which the sound has its own pitch; 60 is middle C. */
  readonly unityNote: number;
  readonly loops: readonly Loop[];
};

const HEADER = 36;
const LOOP = 24;
const NANOSECONDS = 1e9;

/**
 * Encodes a `smpl` chunk (Multimedia Data Standards Update, revision 3.0, 1994), which stores the last sample of a loop.
 *
 * @param sampleRate Hz
 * @throws RefoleyError `input` when a loop is empty or a number does not fit its field
 */
export function encodeSampler({ unityNote, loops }: Sampler, sampleRate: number): Uint8Array {
  const bytes = new Uint8Array(HEADER + LOOP * loops.length);
  const view = viewOf(bytes);
  if (!Number.isInteger(unityNote) || unityNote < 0 || unityNote > 127)
    throw new RefoleyError('input', 'the unity note must be a MIDI note from 0 to 127');
  view.setUint32(8, Math.round(NANOSECONDS / sampleRate), true);
  view.setUint32(12, unityNote, true);
  view.setUint32(28, loops.length, true);
  for (const [index, { direction, start, end, times }] of loops.entries()) {
    const fits = [start, end, times].every(
      (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32,
    );
    if (!fits || end <= start)
      throw new RefoleyError('input', 'a loop must begin at a sample and end at a later one');
    const fields = [index, loopDirections.indexOf(direction), start, end - 1, 0, times];
    fields.forEach((value, field) => {
      view.setUint32(HEADER + LOOP * index + 4 * field, value, true);
    });
  }
  return bytes;
}

/**
 * Decodes a `smpl` chunk. Loops that end before they begin, or that the chunk promises and does not hold, are left out;
 * directions of a maker's own count as forward.
 *
 * @throws RefoleyError `corrupt` when it is shorter than its header
 */
export function decodeSampler(bytes: Uint8Array): Sampler {
  if (bytes.length < HEADER)
    throw new RefoleyError('corrupt', 'the "smpl" chunk of this WAV is cut off; export the file again');
  const view = viewOf(bytes);
  const count = Math.min(view.getUint32(28, true), Math.floor((bytes.length - HEADER) / LOOP));
  const loops = Array.from({ length: count }, (_, index): Loop => {
    const field = (place: number): number => view.getUint32(HEADER + LOOP * index + 4 * place, true);
    const direction = loopDirections[field(1)] ?? 'forward';
    return { direction, start: field(2), end: field(3) + 1, times: field(5) };
  });
  return { unityNote: view.getUint32(12, true), loops: loops.filter(({ start, end }) => end > start) };
}
