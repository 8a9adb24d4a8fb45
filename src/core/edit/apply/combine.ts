import { mixdown } from '../../dsp/mixdown.ts';
import { resample } from '../../dsp/resample.ts';
import { RefoleyError } from '../../errors.ts';
import { clipLength, framesIn, mapChannels, type Clip } from '../clip.ts';
import { mapMarks } from '../marks.ts';
import type { OperationOf } from '../operations.ts';
import { splice } from '../splice.ts';
import type { EditTools } from '../tools.ts';
import { asStereo } from './channels.ts';

/** The clip becomes as long as it needs, at its beginning, too, and stereo where the layer is. */
export async function layer(
  clip: Clip,
  { sound, at, db, pan }: OperationOf<'layer'>,
  tools: EditTools,
): Promise<Clip> {
  const other = await atRate(await tools.sound(sound), clip.rate);
  const wide = clip.channels.length === 1 && (other.length === 2 || pan !== 0);
  const base = wide ? { ...clip, channels: asStereo(clip.channels) } : clip;
  const added = panned(fitted(other, base.channels.length), pan, other.length === 1);
  const before = Math.max(0, -Math.round(at * clip.rate));
  const place = Math.round(at * clip.rate) + before;
  const length = Math.max(before + clipLength(base), place + (added[0]?.length ?? 0));
  const factor = 10 ** (db / 20);
  const mixed = mapChannels(base, (channel, index) => {
    const out = new Float32Array(length);
    out.set(channel, before);
    const over = added[index]!;
    for (let n = 0; n < over.length; n++) out[place + n] = out[place + n]! + factor * over[n]!;
    return out;
  });
  return mapMarks({ ...mixed, origin: clip.origin - before }, (frame) => frame + before);
}

/** The other sound keeps its length: the clip becomes longer or shorter by the difference. */
export async function replace(
  clip: Clip,
  operation: OperationOf<'replace'>,
  tools: EditTools,
): Promise<Clip> {
  const frames = framesIn(clip, operation);
  const other = await atRate(await tools.sound(operation.sound), clip.rate);
  return splice(clip, frames, fitted(other, clip.channels.length), operation.crossfade);
}

async function atRate({ channels, rate }: Clip, wanted: number): Promise<readonly Float32Array[]> {
  const resampled: Float32Array[] = [];
  for (const channel of channels) resampled.push(await resample(channel, rate, wanted));
  return resampled;
}

/** As many channels as the clip has: mono goes to all of them, stereo becomes mono. */
function fitted(channels: readonly Float32Array[], count: number): readonly Float32Array[] {
  const [first] = channels;
  if (channels.length === count) return channels;
  if (channels.length === 1 && first) return Array.from({ length: count }, () => first);
  if (channels.length === 2 && count === 1) return [mixdown(channels)];
  throw new RefoleyError('input', `a sound of ${channels.length} channels does not fit into one of ${count}`);
}

/** A mono sound by equal power (the middle is as loud as it was), a stereo one by turning the other side down. */
function panned(channels: readonly Float32Array[], pan: number, mono: boolean): readonly Float32Array[] {
  if (pan === 0 || channels.length !== 2) return channels;
  const angle = ((pan + 1) * Math.PI) / 4;
  const gains = mono
    ? [Math.SQRT2 * Math.cos(angle), Math.SQRT2 * Math.sin(angle)]
    : [Math.min(1, 1 - pan), Math.min(1, 1 + pan)];
  return channels.map((channel, index) => channel.map((sample) => sample * gains[index]!));
}
