import { writeFile } from 'node:fs/promises';
import type { BextLoudness } from '#core/audio/bext.ts';
import { encodeTake } from '#core/audio/takeFile.ts';
import { measureLoudness, type Loudness } from '#core/dsp/loudness.ts';
import type { Recipe } from '#core/pipeline/recipe.ts';
import { fileError } from '../files/fileError.ts';
import { hashBytes } from '../files/hashFile.ts';

export interface WrittenTake {
  /** Of the file's bytes. */
  readonly sha256: string;
  readonly seconds: number;
  readonly channels: number;
  /** Integrated loudness in LUFS. */
  readonly loudness: number;
}

/**
 * Writes a take with its recipe. The same samples and recipe make the same bytes.
 * @throws RefoleyError 'unavailable' when the disk is full or the folder cannot be written
 */
export async function writeTake(
  path: string,
  channels: readonly Float32Array[],
  recipe: Recipe,
): Promise<WrittenTake> {
  const { sampleRate, bits } = recipe;
  const loudness = measureLoudness(channels, sampleRate);
  const bytes = encodeTake({
    sampleRate,
    bits,
    channels,
    recipe,
    loudness: bextLoudness(loudness),
  });
  try {
    await writeFile(path, bytes);
  } catch (cause) {
    throw fileError(cause, path);
  }
  return {
    sha256: hashBytes(bytes),
    seconds: (channels[0]?.length ?? 0) / sampleRate,
    channels: channels.length,
    loudness: loudness.integrated,
  };
}

/** What of the loudness `bext` keeps. */
export function bextLoudness(loudness: Loudness): BextLoudness {
  return {
    loudnessValue: loudness.integrated,
    loudnessRange: loudness.range,
    maxTruePeakLevel: loudness.truePeak,
    maxMomentaryLoudness: loudness.maxMomentary,
    maxShortTermLoudness: loudness.maxShortTerm,
  };
}
