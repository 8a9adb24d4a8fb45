import { noStep, type Step } from '../step.ts';
import { checkRates, createConverter, FLUSH, type ResampleQuality } from './resample.ts';

/** Channels that libsamplerate takes at once in little more time than one. */
const TOGETHER = [6, 4, 2, 1] as const;

/**
 * Resamples channels of one length to the very samples that `resample` makes of each, in less time.
 *
 * @param step is told of how far it is; what it throws ends the work
 * @throws RefoleyError as `resample`
 */
export async function resampleChannels(
  channels: readonly Float32Array[],
  from: number,
  to: number,
  quality: ResampleQuality = 'best',
  step: Step = noStep,
): Promise<readonly Float32Array[]> {
  checkRates(from, to);
  if (from === to) return channels;
  const made: Float32Array[] = [];
  while (made.length < channels.length) {
    const done = made.length;
    const count = TOGETHER.find((size) => size <= channels.length - done) ?? 1;
    const group = channels.slice(done, done + count);
    const within: Step = (share) => step((done + share * count) / channels.length);
    made.push(...(await together(group, from, to, quality, within)));
  }
  return made;
}

async function together(
  channels: readonly Float32Array[],
  from: number,
  to: number,
  quality: ResampleQuality,
  step: Step,
): Promise<Float32Array[]> {
  const frames = channels[0]?.length ?? 0;
  const made = channels.map(() => new Float32Array(Math.round((frames * to) / from)));
  const end = frames + Math.ceil(FLUSH * Math.max(1, from / to));
  // The library's own way to do this fails for rates that do not divide by ten.
  const size = Math.max(1, Math.floor(from / 10));
  const converter = await createConverter(from, to, quality, channels.length);
  try {
    let written = 0;
    for (let at = 0; at < end; at += size) {
      const piece = converter.full(interleaved(channels, at, Math.min(end, at + size)));
      written += split(piece, made, written);
      await step(at / end);
    }
    return made;
  } finally {
    converter.destroy();
  }
}

/** Frames of all channels in turn, with silence after their end. */
function interleaved(channels: readonly Float32Array[], from: number, to: number): Float32Array {
  const count = channels.length;
  const frames = new Float32Array(count * (to - from));
  for (const [index, channel] of channels.entries()) {
    const end = Math.min(to, channel.length);
    for (let n = from, at = index; n < end; n++, at += count) frames[at] = channel[n]!;
  }
  return frames;
}

/** Writes frames to channels from a place on, as far as these go; returns how many frames there were. */
function split(frames: Float32Array, channels: readonly Float32Array[], from: number): number {
  const count = channels.length;
  for (const [index, channel] of channels.entries()) {
    const end = Math.min(channel.length, from + frames.length / count);
    for (let n = from, at = index; n < end; n++, at += count) channel[n] = frames[at]!;
  }
  return frames.length / count;
}
