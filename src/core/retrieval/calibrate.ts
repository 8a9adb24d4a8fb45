import { cosine } from './cosine.ts';
import type { Calibration } from './fuse.ts';

/** A sound with the embeddings of its caption and of itself, unit vectors. */
export interface CaptionedSound {
  readonly text: Float32Array;
  readonly audio: Float32Array;
}

/** Of models that nothing is known of: their cosines are taken as they are. */
export const UNCALIBRATED: Calibration = {
  textToText: { mean: 0, std: 1 },
  textToAudio: { mean: 0, std: 1 },
};

/** Fewer sounds make no statistics. */
const FEWEST = 8;
/** Models that have learnt nothing may find everything alike. */
const LEAST_STD = 1e-6;

/**
 * What the cosines of a pack's embeddings mean, from sounds that have nothing to do with each other: mean and deviation over all
 * pairs of different ones. Packs that training/ exports were measured so on their validation split; others are on the library.
 */
export function calibrate(sounds: readonly CaptionedSound[]): Calibration {
  if (sounds.length < FEWEST) return UNCALIBRATED;
  const pairs = (others: (sound: CaptionedSound) => Float32Array) =>
    spread(
      sounds.flatMap(({ text }, i) =>
        sounds.flatMap((sound, j) => (i === j ? [] : [cosine(text, others(sound))])),
      ),
    );
  return { textToText: pairs(({ text }) => text), textToAudio: pairs(({ audio }) => audio) };
}

function spread(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, std: Math.max(LEAST_STD, Math.sqrt(variance)) };
}
