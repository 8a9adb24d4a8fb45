import { mixdown } from '../../dsp/mixdown.ts';
import { RefoleyError } from '../../errors.ts';
import type { Clip } from '../clip.ts';
import type { OperationOf } from '../operations.ts';

/** @throws RefoleyError `input` unless the clip is stereo */
export function width(clip: Clip, { amount }: OperationOf<'width'>): Clip {
  const [left, right] = clip.channels;
  if (!left || !right || clip.channels.length !== 2)
    throw new RefoleyError('input', 'only a stereo sound has a width: make it stereo first');
  const wide = [new Float32Array(left.length), new Float32Array(left.length)] as const;
  for (let n = 0; n < left.length; n++) {
    const middle = (left[n]! + right[n]!) / 2;
    const side = (amount * (left[n]! - right[n]!)) / 2;
    wide[0][n] = middle + side;
    wide[1][n] = middle - side;
  }
  return { ...clip, channels: wide };
}

/** @throws RefoleyError `input` for more than two channels that are to become two */
export function channels(clip: Clip, { count }: OperationOf<'channels'>): Clip {
  if (clip.channels.length === count) return clip;
  if (count === 1) return { ...clip, channels: [mixdown(clip.channels)] };
  return { ...clip, channels: asStereo(clip.channels) };
}

/** Both sides of a mono sound are the same. */
export function asStereo(channels: readonly Float32Array[]): Float32Array[] {
  const [left, right = left] = channels;
  if (left && right && channels.length <= 2) return [left, right];
  throw new RefoleyError(
    'input',
    `a sound of ${channels.length} channels does not become stereo: make it mono first`,
  );
}
