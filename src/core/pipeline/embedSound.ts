import { condition } from '../dsp/condition.ts';
import { resample } from '../dsp/resample.ts';
import { TOWER_BINS, TOWER_FRAMES, TOWER_RATE, towerMel } from '../dsp/towerMel.ts';
import type { GraphRunner } from './parts.ts';
import { float32, outputOf } from './tensors.ts';

/** Seconds of a sound that the audio tower listens to, and a little more for the resampler's tail. */
const HEARD = 9.4;

/** Of a conditioned sound, whose peak is 0.7: 50 dB below it. */
const OVER = 0.002;

/**
 * What the audio tower needs of a sound: conditioned, cut to what it listens to, and without the silence at its end, which the
 * tower would hear as half of a short sound in a long file. Empty for silence and for what is no sound.
 */
export function towerPart(samples: Float32Array, sampleRate: number): Float32Array {
  const heard = condition(samples, sampleRate).slice(0, Math.ceil(HEARD * sampleRate));
  return heard.subarray(0, heard.findLastIndex((sample) => Math.abs(sample) > OVER) + 1);
}

/**
 * CLAP embedding of a sound, unit length.
 * @param samples mono at `sampleRate` Hz, as `towerPart` makes them
 * @param dimension of the embedding
 * @throws RefoleyError 'corrupt' when the graph does not fit the manifest
 */
export async function embedSound(
  samples: Float32Array,
  sampleRate: number,
  run: GraphRunner,
  dimension: number,
): Promise<Float32Array> {
  const { blocks, data } = towerMel(await resample(samples, sampleRate, TOWER_RATE, 'medium'));
  const outputs = await run('clapAudio', { mel: float32([blocks, TOWER_FRAMES, TOWER_BINS], data) });
  return outputOf(outputs, 'clapAudio', 'embedding', [1, dimension]);
}
