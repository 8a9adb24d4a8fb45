import { RefoleyError } from '../../errors.ts';
import { clipLength, frameIn, framesIn, mapChannels, type Clip, type Frames } from '../clip.ts';
import { mapMarks } from '../marks.ts';
import type { OperationOf } from '../operations.ts';
import { smooth, within } from '../splice.ts';

export function trim(clip: Clip, operation: OperationOf<'trim'>): Clip {
  return keep(clip, framesIn(clip, operation));
}

/** Nothing but a stretch. */
function keep(clip: Clip, { start, end }: Frames): Clip {
  const kept = mapChannels(clip, (channel) => channel.slice(start, end));
  return mapMarks({ ...kept, origin: clip.origin + start }, (frame) => frame - start);
}

/** The overlap lies half on each side of the join and takes what it needs from the part that goes. */
export function cut(clip: Clip, operation: OperationOf<'cut'>): Clip {
  const { start, end } = framesIn(clip, operation);
  const length = clipLength(clip);
  if (start === 0 && end === length)
    throw new RefoleyError('input', 'this cut would leave nothing of the sound: leave something of it');
  if (start === 0) return keep(clip, { start: end, end: length });
  const half = Math.min(
    Math.round((operation.crossfade * clip.rate) / 2),
    ...[start, length - end, (end - start) >> 1],
  );
  const joined = mapChannels(clip, (channel) => {
    const out = new Float32Array(length - (end - start));
    out.set(channel.subarray(0, start));
    out.set(channel.subarray(end), start);
    for (let n = -half; n < half; n++) {
      const share = smooth((n + half + 0.5) / (2 * half));
      out[start + n] = (1 - share) * channel[start + n]! + share * channel[end + n]!;
    }
    return out;
  });
  return mapMarks(joined, (frame) => (frame <= start ? frame : Math.max(start, frame - (end - start))));
}

export function silence(clip: Clip, operation: OperationOf<'silence'>): Clip {
  return within(clip, framesIn(clip, operation), (stretch) => new Float32Array(stretch.length));
}

export function insert(clip: Clip, { at, seconds }: OperationOf<'insert'>): Clip {
  const place = frameIn(clip, at);
  const added = Math.round(seconds * clip.rate);
  const longer = mapChannels(clip, (channel) => {
    const out = new Float32Array(channel.length + added);
    out.set(channel.subarray(0, place));
    out.set(channel.subarray(place), place + added);
    return out;
  });
  return mapMarks(longer, (frame) => (frame < place ? frame : frame + added));
}

/** @throws RefoleyError `input` when nothing is louder */
export function trimSilence(clip: Clip, { below, keep: margin }: OperationOf<'trimSilence'>): Clip {
  const level = 10 ** (below / 20);
  const loud = (sample: number): boolean => Math.abs(sample) > level;
  const firsts = clip.channels.map((channel) => channel.findIndex(loud)).filter((frame) => frame >= 0);
  if (firsts.length === 0)
    throw new RefoleyError(
      'input',
      `nothing in the sound is louder than ${below} dBFS: choose a lower level`,
    );
  const lasts = clip.channels.map((channel) => channel.findLastIndex(loud));
  const around = Math.round(margin * clip.rate);
  return keep(clip, {
    start: Math.max(0, Math.min(...firsts) - around),
    end: Math.min(clipLength(clip), Math.max(...lasts) + 1 + around),
  });
}
