import { resampled } from '../../dsp/resample.ts';
import { RefoleyError } from '../../errors.ts';
import { framesIn, mapChannels, type Clip, type Frames } from '../clip.ts';
import { mapMarks } from '../marks.ts';
import type { OperationOf } from '../operations.ts';
import { EDGE, splice, within } from '../splice.ts';
import type { EditTools, OnMade, Partly } from '../tools.ts';

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
  const frames = framesIn(clip, operation);
  const channels = clip.channels.map((channel) => channel.subarray(frames.start, frames.end));
  const onMade = tools.partly && splicing(clip, frames, tools.partly);
  return splice(clip, frames, await tools.stretch(channels, clip.rate, { ratio, semitones }, onMade));
}

/** @throws RefoleyError `input` when nothing would be left */
export async function varispeed(
  clip: Clip,
  operation: OperationOf<'varispeed'>,
  { partly }: EditTools,
): Promise<Clip> {
  const frames = framesIn(clip, operation);
  const from = Math.round(clip.rate * operation.ratio);
  const long = Math.round(((frames.end - frames.start) * clip.rate) / from);
  if (long === 0) throw new RefoleyError('input', 'so little sound cannot be played that fast');
  const played = clip.channels.map(() => new Float32Array(long));
  const onMade = partly && splicing(clip, frames, partly);
  const channels = clip.channels.map((channel) =>
    resampled(channel.subarray(frames.start, frames.end), from, clip.rate, 'medium'),
  );
  // Side by side: what is ready of one channel is ready of all.
  for (let done = 0; done < long;) {
    const pieces = await Promise.all(channels.map((channel) => channel.next()));
    for (const [index, { value }] of pieces.entries()) played[index]!.set(value ?? [], done);
    done += pieces[0]?.value?.length ?? long;
    await onMade?.(played, done);
  }
  return splice(clip, frames, played);
}

/** Tells of a stretch that is being made as of the clip that it becomes a part of. */
function splicing(clip: Clip, frames: Frames, partly: Partly): OnMade {
  return (made, done) => {
    const ready = Math.max(0, done - Math.round(EDGE * clip.rate));
    return partly(frames.start + ready, () => splice(clip, frames, made));
  };
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
