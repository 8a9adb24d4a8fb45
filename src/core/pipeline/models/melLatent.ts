import type { z } from 'zod';
import type { melAudioSchema, melLatentSchema } from '../../pack/facts.ts';
import type { LatentSize } from './model.ts';

/** Sizes of the models that work on log-mel spectrograms. */
export interface MelFormat {
  readonly audio: z.infer<typeof melAudioSchema>;
  readonly latent: z.infer<typeof melLatentSchema>;
}

/** The smallest latent that covers `seconds`; its vocoder shapes no noise. */
export function melLatentSize(seconds: number, { audio, latent }: MelFormat): LatentSize {
  const { channels, frequency, compression, timeMultiple } = latent;
  const needed = Math.ceil((seconds * audio.sampleRate) / audio.hop / compression);
  const time = Math.ceil(needed / timeMultiple) * timeMultiple;
  return { channels, time, frequency, samples: time * compression * audio.hop, noise: 0 };
}

/** The beginning of a sound, as long as the latent is. */
export function windowOf(samples: Float32Array, { samples: length }: LatentSize): Float32Array {
  const window = new Float32Array(length);
  window.set(samples.subarray(0, length));
  return window;
}
