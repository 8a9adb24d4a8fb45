import { resample } from '../../dsp/resample.ts';
import { RefoleyError } from '../../errors.ts';
import { framesIn, mapChannels, type Clip } from '../clip.ts';
import { mapMarks } from '../marks.ts';
import type { OperationOf } from '../operations.ts';
import { splice, within } from '../splice.ts';
import type { EditTools } from '../tools.ts';

export function reverse(clip: Clip, operation: OperationOf<'reverse'>): Clip {
  const { start, end } = framesIn(clip, operation);
  const turned = within(clip, { start, end }, backwards);
  return mapMarks(turned, (frame) => (frame < start || frame > end ? frame : start + end - frame));
}

export async function stretch(
  clip: Clip,
  operation: OperationOf<'stretch'>,
  tools: EditTools,
): Promise<Clip> {
  const { ratio, semitones } = operation;
  const { start, end } = framesIn(clip, operation);
  const channels = clip.channels.map((channel) => channel.slice(start, end));
  return splice(clip, { start, end }, await tools.stretch(channels, clip.rate, { ratio, semitones }));
}

export async function varispeed(clip: Clip, operation: OperationOf<'varispeed'>): Promise<Clip> {
  const frames = framesIn(clip, operation);
  const played: Float32Array[] = [];
  for (const channel of clip.channels) {
    const part = channel.slice(frames.start, frames.end);
    played.push(await resample(part, Math.round(clip.rate * operation.ratio), clip.rate, 'medium'));
  }
  if (!played[0]?.length) throw new RefoleyError('input', 'so little sound cannot be played that fast');
  return splice(clip, frames, played);
}

/**
 * What is before the stretch fades in under its end, with equal power, since the two are seldom alike. A stretch at the
 * very beginning has nothing before it and gives its own beginning for that.
 */
export function loop(clip: Clip, operation: OperationOf<'loop'>): Clip {
  const { start: asked, end } = framesIn(clip, operation);
  const overlap = Math.min(Math.round(operation.crossfade * clip.rate), (end - asked) >> 1);
  const start = Math.max(asked, overlap);
  const length = end - start;
  const looped = mapChannels(clip, (channel) => {
    const out = channel.slice(start, end);
    for (let n = 0; n < overlap; n++) {
      const angle = ((n + 0.5) / overlap) * (Math.PI / 2);
      const at = length - overlap + n;
      out[at] = Math.cos(angle) * out[at]! + Math.sin(angle) * channel[start - overlap + n]!;
    }
    return out;
  });
  const moved = mapMarks({ ...looped, loop: null, origin: clip.origin + start }, (frame) => frame - start);
  return { ...moved, loop: { start: 0, end: length } };
}

/** Twice as fast as `toReversed`. */
function backwards(samples: Float32Array): Float32Array {
  const out = new Float32Array(samples.length);
  for (let n = 0, last = samples.length - 1; n <= last; n++) out[n] = samples[last - n]!;
  return out;
}
