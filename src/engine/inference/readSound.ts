import { bandPowers, type BandFrames } from '#core/dsp/bandFrames.ts';
import { condition } from '#core/dsp/condition.ts';
import { mixdown } from '#core/dsp/mixdown.ts';
import { resample } from '#core/dsp/resample.ts';
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
  readonly bands: BandFrames;
}

/**
 * Decodes the beginning of a sound the way the models were trained on it: mono, silence at its start trimmed, peak 0.7.
 * @param rate Hz of the samples; the bands are those of the file's own rate
 * @param seconds how much of it the model looks at
 * @throws RefoleyError as `decodeFile`
 */
export async function readSound(
  { path, start, end }: SoundRegion,
  rate: number,
  seconds: number,
): Promise<HeardSound> {
  const { channels, sampleRate } = await decodeFile(path, { start, end }, HEARD);
  const conditioned = condition(mixdown(channels), sampleRate);
  const seen = conditioned.subarray(0, Math.ceil((seconds + MARGIN) * sampleRate));
  return { samples: await resample(seen, sampleRate, rate, 'medium'), bands: bandPowers(seen, sampleRate) };
}
