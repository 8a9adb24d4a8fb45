import type { PackManifest } from '../pack/manifest.ts';

/** Sizes of what a take is made of, from latent to waveform. */
export interface LatentSize {
  readonly channels: number;
  /** Latent frames; a multiple of what the UNet's down-sampling needs. */
  readonly time: number;
  readonly frequency: number;
  /** Log-mel frames: `compression` for each latent frame. */
  readonly frames: number;
  /** Samples at the pack's sample rate: `hop` for each log-mel frame; no fewer than the take needs. */
  readonly samples: number;
}

/** The smallest latent that covers `seconds`. */
export function latentSize(seconds: number, { audio, latent }: PackManifest): LatentSize {
  const { channels, frequency, compression, timeMultiple } = latent;
  const needed = Math.ceil((seconds * audio.sampleRate) / audio.hop / compression);
  const time = Math.ceil(needed / timeMultiple) * timeMultiple;
  const frames = time * compression;
  return { channels, time, frequency, frames, samples: frames * audio.hop };
}
