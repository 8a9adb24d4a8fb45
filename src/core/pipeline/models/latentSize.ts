import type { AudiogenManifest, StableAudio3Manifest } from '../../pack/checkpointManifest.ts';
import type { TakeManifest } from '../../pack/manifest.ts';
import { melLatentSize } from './melLatent.ts';
import type { LatentSize } from './model.ts';

/** Seconds of silence that Stable Audio 3 wants after a take. */
export const ROOM = 6;

/** The smallest latent that covers `seconds`. */
export function latentSizeOf(seconds: number, manifest: TakeManifest): LatentSize {
  if (manifest.format === 2 && manifest.family === 'stable-audio-3') return waveLatentSize(seconds, manifest);
  if (manifest.format === 2 && manifest.family === 'audiogen') return tokenSize(seconds, manifest);
  return melLatentSize(seconds, manifest);
}

/** Codes in place of a latent: a codebook is a channel. */
export function tokenSize(
  seconds: number,
  { audio, tokens }: Pick<AudiogenManifest, 'audio' | 'tokens'>,
): LatentSize {
  const time = Math.ceil((seconds * audio.sampleRate) / tokens.samplesPerFrame);
  const samples = time * tokens.samplesPerFrame;
  return { channels: tokens.codebooks, time, frequency: 1, samples, noise: 0 };
}

/** With the room after the take, in whole chunks; `samples` are those of the take. */
export function waveLatentSize(
  seconds: number,
  { audio, latent }: Pick<StableAudio3Manifest, 'audio' | 'latent'>,
): LatentSize {
  const chunk = latent.chunkFrames * latent.samplesPerFrame;
  const chunks = Math.ceil(Math.floor((seconds + ROOM) * audio.sampleRate) / chunk);
  return {
    ...{ channels: latent.channels, time: chunks * latent.chunkFrames, frequency: 1 },
    samples: Math.ceil(seconds * audio.sampleRate),
    noise: 0,
  };
}
