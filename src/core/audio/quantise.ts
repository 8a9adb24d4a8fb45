import { RefoleyError } from '#core/errors.ts';
import { noStep, type Step } from '../step.ts';

/** Frames between two steps. */
const BLOCK = 262_144;

/**
 * Rounds samples to what integers of 16 or 24 bits can hold, clamped to full scale; 32 bits are float and stay. Dither is added
 * before rounding to 16 bits, channel after channel of a frame, unless all samples are such integers already.
 *
 * @param dither noise in units of the last bit
 * @param step is told of how far a long sound is; what it throws ends the work
 * @returns -1..1, as they are read back from a file
 * @throws RefoleyError `internal` when a sample is not a finite number
 */
export async function quantised(
  channels: readonly Float32Array[],
  bits: 16 | 24 | 32,
  dither: () => number,
  step: Step = noStep,
): Promise<{ readonly channels: readonly Float32Array[]; readonly dithered: boolean }> {
  for (const channel of channels) requireNumbers(channel);
  if (bits === 32) return { channels, dithered: false };
  const fullScale = 2 ** (bits - 1);
  const dithered = bits === 16 && !channels.every((channel) => isRounded(channel, fullScale));
  const noise = dithered ? dither : () => 0;
  const rounded = channels.map(({ length }) => new Float32Array(length));
  const frames = channels[0]?.length ?? 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let index = 0; index < channels.length; index++) {
      const value = Math.round(channels[index]![frame]! * fullScale + noise());
      rounded[index]![frame] = Math.min(fullScale - 1, Math.max(-fullScale, value)) / fullScale;
    }
    if (frame % BLOCK === 0) await step(frame / frames);
  }
  return { channels: rounded, dithered };
}

function isRounded(channel: Float32Array, fullScale: number): boolean {
  return channel.every((sample) => Number.isInteger(sample * fullScale) && sample < 1 && sample >= -1);
}

function requireNumbers(channel: Float32Array): void {
  const frame = channel.findIndex((sample) => !Number.isFinite(sample));
  if (frame < 0) return;
  throw new RefoleyError('internal', `sample ${frame} is ${channel[frame]}; make the take again`);
}
