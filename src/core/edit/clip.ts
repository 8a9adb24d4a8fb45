import type { Marker } from '../audio/markers.ts';
import { RefoleyError } from '../errors.ts';

/** What an edit turns one of into the next. Nothing in it is ever changed in place. */
export interface Clip {
  /** Hz. */
  readonly rate: number;
  /** -1..1 at full scale, all of one length. */
  readonly channels: readonly Float32Array[];
  /** Places and, with a length, regions; in samples, ascending. */
  readonly markers: readonly Marker[];
  /** What a sampler repeats, in samples; `end` is the first one after it. */
  readonly loop: { readonly start: number; readonly end: number } | null;
  /** Samples that its beginning was moved into the source by trims: what a time reference grows by. */
  readonly origin: number;
}

/** A stretch of a clip in samples; `end` is the first one after it. */
export interface Frames {
  readonly start: number;
  readonly end: number;
}

/** A clip without marks. */
export function clipOf(channels: readonly Float32Array[], rate: number): Clip {
  return { rate, channels, markers: [], loop: null, origin: 0 };
}

export function clipLength({ channels }: Pick<Clip, 'channels'>): number {
  return channels[0]?.length ?? 0;
}

/**
 * A stretch that was said in seconds; the whole clip unless it was.
 *
 * @throws RefoleyError `input` when it is empty, inverted or not within the clip
 */
export function framesIn(
  clip: Clip,
  { start, end }: { readonly start?: number | undefined; readonly end?: number | undefined },
): Frames {
  const length = clipLength(clip);
  const from = start === undefined ? 0 : Math.round(start * clip.rate);
  const to = end === undefined ? length : Math.round(end * clip.rate);
  const asked = `${inSeconds(from, clip.rate)} to ${inSeconds(to, clip.rate)} s`;
  if (to <= from)
    throw new RefoleyError(
      'input',
      `${asked} is no stretch of the sound: choose one that ends after it begins`,
    );
  if (from < 0 || to > length) {
    throw new RefoleyError(
      'input',
      `${asked} is not within the sound, which is ${inSeconds(length, clip.rate)} s long at this step of the edit`,
    );
  }
  return { start: from, end: to };
}

/**
 * A moment that was said in seconds; the end of the clip is one.
 *
 * @throws RefoleyError `input` when it is not within the clip
 */
export function frameIn(clip: Clip, at: number): number {
  const frame = Math.round(at * clip.rate);
  const length = clipLength(clip);
  if (frame >= 0 && frame <= length) return frame;
  throw new RefoleyError(
    'input',
    `${inSeconds(frame, clip.rate)} s is not within the sound, which is ${inSeconds(length, clip.rate)} s long at this step of the edit`,
  );
}

/** Each channel on its own, all of one new length; marks stay where they are. */
export function mapChannels(
  clip: Clip,
  change: (channel: Float32Array, index: number) => Float32Array,
): Clip {
  return { ...clip, channels: clip.channels.map(change) };
}

function inSeconds(frames: number, rate: number): string {
  return String(Number((frames / rate).toFixed(3)));
}
