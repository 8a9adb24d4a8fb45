import { createScheduler } from '../../diffusion/scheduler.ts';
import { logMel } from '../../dsp/mel.ts';
import type { AudioldmManifest } from '../../pack/checkpointManifest.ts';
import type { GraphRunner } from '../parts.ts';
import { float32, outputOf } from '../tensors.ts';
import { diffusionSteps } from './diffusionSteps.ts';
import { melLatentSize, windowOf } from './melLatent.ts';
import type { Model } from './model.ts';

/**
 * What AudioLDM's relatives have in common: its VAE over log-mel spectrograms, its HiFi-GAN, its schedule.
 *
 * | part | inputs | outputs |
 * | --- | --- | --- |
 * | vaeEncoder | log_mel [B, 1, 4T, 64] | moments [B, 16, T, 16]: mean, then log variance |
 * | vaeDecoder | latent [B, 8, T, 16] | log_mel [B, 1, 4T, 64] |
 * | vocoder | log_mel [B, F, 64] | waveform [B, 160 F and a little more] |
 */
export function createPublishedVae(
  manifest: Pick<AudioldmManifest, 'audio' | 'latent' | 'scheduler'>,
  run: GraphRunner,
): Omit<Model, 'condition'> {
  const { audio, latent } = manifest;
  const { sampleRate, melBins, hop } = audio;
  return {
    sampleRate,
    attendsNeighbours: false,

    latentSize: (seconds) => melLatentSize(seconds, manifest),

    planSampling({ sampler, steps, start }, hasSound) {
      const scheduler = createScheduler(sampler, manifest.scheduler, steps);
      return diffusionSteps(scheduler, hasSound ? start : 0);
    },

    async encode(samples, size) {
      const { data, frames } = logMel(windowOf(samples, size), audio);
      const outputs = await run('vaeEncoder', { log_mel: float32([1, 1, frames, melBins], data) });
      const { channels, time, frequency } = size;
      const moments = outputOf(outputs, 'vaeEncoder', 'moments', [1, 2 * channels, time, frequency]);
      return moments.slice(0, moments.length / 2).map((mean) => mean * latent.scale);
    },

    async decode(sample, { channels, time, frequency, samples }) {
      const unscaled = sample.map((value) => value / latent.scale);
      const decoded = await run('vaeDecoder', { latent: float32([1, channels, time, frequency], unscaled) });
      return outputOf(decoded, 'vaeDecoder', 'log_mel', [1, 1, samples / hop, melBins]);
    },

    async vocode(decoded, _noise, { samples }) {
      const vocoded = await run('vocoder', { log_mel: float32([1, samples / hop, melBins], decoded) });
      // Its transposed convolutions leave a few samples more at the end.
      const length = Math.max(samples, vocoded['waveform']?.dims[1] ?? 0);
      return [outputOf(vocoded, 'vocoder', 'waveform', [1, length]).subarray(0, samples)];
    },
  };
}
