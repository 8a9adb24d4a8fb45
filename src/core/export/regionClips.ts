import type { Clip } from '../edit/clip.ts';

/** A part of a clip that becomes a file of its own. */
export interface NamedClip {
  /** '' for one without a name. */
  readonly name: string;
  readonly clip: Clip;
}

/** The regions of a clip, each with the marks that lie in it; none where it has none. */
export function regionClips(clip: Clip): NamedClip[] {
  return clip.markers
    .filter(({ length }) => length > 0)
    .map(({ start, length, label }) => ({ name: label, clip: stretchOf(clip, start, start + length) }));
}

function stretchOf({ rate, channels, markers, loop, origin }: Clip, start: number, end: number): Clip {
  const inside = markers.filter(
    (mark) =>
      mark.start >= start &&
      mark.start + mark.length <= end &&
      !(mark.start === start && mark.start + mark.length === end),
  );
  return {
    ...{ rate, origin: origin + start },
    channels: channels.map((channel) => channel.subarray(start, end)),
    markers: inside.map((mark) => ({ ...mark, start: mark.start - start })),
    loop:
      loop && loop.start >= start && loop.end <= end
        ? { start: loop.start - start, end: loop.end - start }
        : null,
  };
}
