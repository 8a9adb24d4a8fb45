import { condition } from '#core/dsp/condition.ts';
import type { Inference } from './inference/host.ts';
import type { Analyser } from './library/analyser.ts';

/** Seconds of a sound that the audio tower listens to, and a little more for the resampler's tail. */
const HEARD = 9.4;

/** What the audio tower needs of a sound: conditioned, and cut to what it listens to. */
export function heardPart(samples: Float32Array, sampleRate: number): Float32Array {
  return condition(samples, sampleRate).slice(0, Math.ceil(HEARD * sampleRate));
}

/** Embeds captions and sounds in the inference process. Of a sound only the few seconds that are heard cross to it. */
export function createAnalyser(
  inference: Inference,
  pack: string,
  model: string,
  signal?: AbortSignal,
): Analyser {
  return {
    model,
    embedTexts: (texts) => inference.run('embedTexts', { pack, texts }, { signal }),
    embedAudio(samples, sampleRate) {
      const heard = heardPart(samples, sampleRate);
      return inference.run('embedAudio', { pack, samples: heard, sampleRate }, { signal });
    },
  };
}
