import type { Marker } from '../../audio/markers.ts';
import { RefoleyError } from '../../errors.ts';
import { clipLength, frameIn, framesIn, type Clip } from '../clip.ts';
import { ordered } from '../marks.ts';
import type { OperationOf } from '../operations.ts';

/** Seconds from a marker that is meant. */
const NEAR = 0.01;

/** Takes the place of a mark of the same stretch: that is how one gets another name. */
export function marker(clip: Clip, { at, end, label }: OperationOf<'marker'>): Clip {
  const { start, end: last } = end === undefined ? point(clip, at) : framesIn(clip, { start: at, end });
  const others = clip.markers.filter((mark) => mark.start !== start || mark.length !== last - start);
  return marked({ ...clip, markers: others }, [{ start, length: last - start, label, note: '' }]);
}

/** @throws RefoleyError `input` where there is none */
export function removeMarker(clip: Clip, { at }: OperationOf<'removeMarker'>): Clip {
  const frame = frameIn(clip, at);
  const away = clip.markers.map(({ start }) => Math.abs(start - frame));
  const place = away.indexOf(Math.min(...away));
  if (place < 0 || away[place]! > NEAR * clip.rate)
    throw new RefoleyError('input', `there is no marker at ${at} s: choose one that is there`);
  return { ...clip, markers: clip.markers.toSpliced(place, 1) };
}

/** Regions that are numbered from 1 and leave nothing out. */
export function split(clip: Clip, { at }: OperationOf<'split'>): Clip {
  const inner = at
    .map((moment) => frameIn(clip, moment))
    .filter((frame) => frame > 0 && frame < clipLength(clip));
  const bounds = [...new Set([0, ...inner, clipLength(clip)])].sort((a, b) => a - b);
  const regions = bounds.slice(1).map((end, index) => {
    const start = bounds[index]!;
    return { start, length: end - start, label: String(index + 1), note: '' };
  });
  return marked(clip, regions);
}

function marked(clip: Clip, added: readonly Marker[]): Clip {
  return { ...clip, markers: ordered([...clip.markers, ...added]) };
}

function point(clip: Clip, at: number) {
  const frame = frameIn(clip, at);
  return { start: frame, end: frame };
}
