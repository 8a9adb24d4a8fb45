import { logMel } from '../dsp/mel.ts';
import type { PackManifest } from '../pack/manifest.ts';
import type { GraphRunner } from './parts.ts';
import type { LatentSize } from './sizes.ts';
import { float32, outputOf } from './tensors.ts';

/**
 * The latent of a sound: its beginning, as long as the take is, with silence after it.
 *
 * @param samples mono at the pack's sample rate, conditioned
 * @returns [channels, time, frequency]
 */
export async function encodeStart(
  samples: Float32Array,
  { channels, time, frequency, frames, samples: length }: LatentSize,
  run: GraphRunner,
  { audio }: PackManifest,
): Promise<Float32Array> {
  const window = new Float32Array(length);
  window.set(samples.subarray(0, length));
  const { data } = logMel(window, audio);
  const outputs = await run('vaeEncoder', { log_mel: float32([1, frames, audio.melBins], data) });
  return outputOf(outputs, 'vaeEncoder', 'latent', [1, channels, time, frequency]);
}
