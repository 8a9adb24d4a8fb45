import { bandPowers, type BandFrames } from '#core/dsp/bandFrames.ts';
import { condition, conditionTogether } from '#core/dsp/condition.ts';
import { mixdown } from '#core/dsp/mixdown.ts';
import { resample } from '#core/dsp/resample.ts';
import type { Stereo } from '#core/pipeline/encodeNeighbours.ts';
import { decodeFile } from '../library/decode.ts';

/** A sound as the models hear it: where it lies and which part of the file it is. */
export interface SoundRegion {
  /** Absolute. */
  readonly path: string;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
}

/** How far into a sound its peak is looked for, in seconds; as in training (`_front_ends` in features.py). */
const HEARD = 45;
/** Seconds resampled beyond what the models see, so that the filter's end is not among it. */
const MARGIN = 0.05;

/** What the models and a take's high band need of a sound. */
export interface HeardSound {
  readonly samples: Float32Array;
  readonly stereo?: Stereo;
  readonly bands: BandFrames;
}

/**
 * Decodes the beginning of a sound the way the models were trained on it: mono, silence at its start trimmed, peak 0.7.
 * @param rate Hz of the samples; the bands are those of the file's own rate
 * @param seconds how much of it the model looks at
 * @param sides whether its two channels are wanted, too, where it has two
 * @throws RefoleyError as `decodeFile`
 */
export async function readSound(
  { path, start, end }: SoundRegion,
  rate: number,
  seconds: number,
  sides = false,
): Promise<HeardSound> {
  const { channels, sampleRate } = await decodeFile(path, { start, end }, HEARD);
  const conditioned = condition(mixdown(channels), sampleRate);
  const most = Math.ceil((seconds + MARGIN) * sampleRate);
  const seen = conditioned.subarray(0, most);
  const bands = bandPowers(seen, sampleRate);
  const atRate = (samples: Float32Array) => resample(samples.subarray(0, most), sampleRate, rate, 'medium');
  const samples = await atRate(seen);
  if (!sides || channels.length !== 2) return { samples, bands };
  const [left = seen, right = seen] = conditionTogether(channels, sampleRate);
  return { samples, bands, stereo: [await atRate(left), await atRate(right)] };
}
