import { createLoudnessMeter, type Loudness } from '#core/dsp/loudness.ts';
import { clipLength } from '#core/edit/clip.ts';
import type { Step } from '#core/step.ts';

/** Loudness as `measureLoudness` finds it, a second at a time: of ten minutes it takes seconds. */
export async function measureInSteps(
  channels: readonly Float32Array[],
  rate: number,
  step: Step,
): Promise<Loudness> {
  const meter = createLoudnessMeter({ rate, channelCount: channels.length });
  const frames = clipLength({ channels });
  for (let from = 0; from < frames; from += rate) {
    meter.push(channels.map((channel) => channel.subarray(from, from + rate)));
    await step(from / frames);
  }
  return meter.finish();
}
