import { resampleChannels } from '../dsp/resampleChannels.ts';
import { clipLength, type Clip } from '../edit/clip.ts';
import type { Step } from '../step.ts';

/** A clip at another rate, with its marks where they were in time. */
export async function atRate(clip: Clip, rate: number, step?: Step): Promise<Clip> {
  if (clip.rate === rate) return clip;
  const channels = await resampleChannels(clip.channels, clip.rate, rate, 'best', step);
  const length = clipLength({ channels });
  const moved = (frame: number): number => Math.min(length, Math.round((frame * rate) / clip.rate));
  const markers = clip.markers.map((marker) => {
    const start = moved(marker.start);
    return { ...marker, start, length: moved(marker.start + marker.length) - start };
  });
  const loop = clip.loop && { start: moved(clip.loop.start), end: moved(clip.loop.end) };
  const origin = Math.round((clip.origin * rate) / clip.rate);
  return { rate, channels, markers, loop: loop && loop.end > loop.start ? loop : null, origin };
}

/**
 * Where a clip begins on the timeline of its source, in samples since midnight at another rate.
 *
 * @param time the source's own reference, at its own rate
 */
export function timeReferenceAt(
  { origin, rate }: Pick<Clip, 'origin' | 'rate'>,
  time: { readonly reference: bigint; readonly rate: number },
  to: number,
): bigint {
  const scaled = (samples: bigint, from: number): bigint =>
    (2n * samples * BigInt(to) + BigInt(from)) / (2n * BigInt(from));
  const reference = scaled(time.reference, time.rate) + BigInt(Math.round((origin * to) / rate));
  return reference < 0n ? 0n : reference;
}
