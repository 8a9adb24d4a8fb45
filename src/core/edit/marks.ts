import type { Marker } from '../audio/markers.ts';
import { clipLength, type Clip } from './clip.ts';

/**
 * Moves markers, regions and loop points along with the samples.
 *
 * @param map from a place before to the place after; places that are no longer there go to the nearest one that is.
 *   What falls outside of the clip, and regions that become empty, are left out.
 */
export function mapMarks(clip: Clip, map: (frame: number) => number): Clip {
  const length = clipLength(clip);
  const inside = (frame: number): number => Math.min(Math.max(0, map(frame)), length);
  const markers = clip.markers.flatMap((marker): Marker[] => {
    const start = map(marker.start);
    if (marker.length === 0) return start < 0 || start > length ? [] : [{ ...marker, start }];
    const [first, last] = [inside(marker.start), inside(marker.start + marker.length)];
    return first === last
      ? []
      : [{ ...marker, start: Math.min(first, last), length: Math.abs(last - first) }];
  });
  const loop = clip.loop && { start: inside(clip.loop.start), end: inside(clip.loop.end) };
  return { ...clip, markers: ordered(markers), loop: loop && loop.end > loop.start ? loop : null };
}

/** By their starts, the longest first where they begin together. */
export function ordered(markers: readonly Marker[]): Marker[] {
  return markers.toSorted((a, b) => a.start - b.start || b.length - a.length);
}

/** A marker as everything outside of a clip speaks of it. */
export interface MarkInSeconds {
  readonly at: number;
  /** Null for a place. */
  readonly end: number | null;
  readonly label: string;
}

/** In the order of their starts. */
export function marksInSeconds({ markers, rate }: Pick<Clip, 'markers' | 'rate'>): MarkInSeconds[] {
  return markers.map(({ start, length, label }) => ({
    at: start / rate,
    end: length > 0 ? (start + length) / rate : null,
    label,
  }));
}
