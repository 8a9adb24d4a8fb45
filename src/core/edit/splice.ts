import { clipLength, type Clip, type Frames } from './clip.ts';
import { mapMarks } from './marks.ts';

/** Seconds over which a changed stretch blends with what it was, inside of the stretch, so that its ends do not click. */
export const EDGE = 0.005;

/** Rises from 0 to 1 with no slope at its ends; what rises and what falls make 1. */
export function smooth(t: number): number {
  return 0.5 - 0.5 * Math.cos(Math.PI * t);
}

/**
 * Puts other samples in the place of a stretch. Nothing outside of it changes; inside, its ends blend with what was
 * there, but not where the clip ends as well.
 *
 * @param middle a channel each, of any length
 * @param edge seconds
 */
export function splice(
  clip: Clip,
  { start, end }: Frames,
  middle: readonly Float32Array[],
  edge = EDGE,
): Clip {
  const length = clipLength(clip);
  const long = middle[0]?.length ?? 0;
  const isWhole = start === 0 && end === length;
  const blend = Math.min(Math.round(edge * clip.rate), end - start, long >> 1);
  const channels = clip.channels.map((channel, index) => {
    if (isWhole && middle[index]) return middle[index];
    const out = new Float32Array(length - (end - start) + long);
    out.set(channel.subarray(0, start));
    out.set(middle[index] ?? new Float32Array(long), start);
    out.set(channel.subarray(end), start + long);
    for (let n = 0; n < blend; n++) {
      const share = smooth((n + 0.5) / blend);
      if (start > 0) mix(out, start + n, channel[start + n]!, share);
      if (end < length) mix(out, start + long - 1 - n, channel[end - 1 - n]!, share);
    }
    return out;
  });
  if (long === end - start) return { ...clip, channels };
  const stretched = long / (end - start);
  return mapMarks({ ...clip, channels }, (frame) => {
    if (frame <= start) return frame;
    return frame >= end ? frame + long - (end - start) : start + Math.round((frame - start) * stretched);
  });
}

function mix(out: Float32Array, at: number, before: number, share: number): void {
  out[at] = before + share * (out[at]! - before);
}

/** Changes the samples of a stretch, one channel after the other; see `splice`. */
export function within(clip: Clip, frames: Frames, change: (stretch: Float32Array) => Float32Array): Clip {
  const middle = clip.channels.map((channel) => change(channel.subarray(frames.start, frames.end)));
  return splice(clip, frames, middle);
}
