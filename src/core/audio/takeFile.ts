import { RefoleyError } from '#core/errors.ts';
import { fileMetadata } from '#core/export/fileMetadata.ts';
import { parseRecipe } from '#core/pipeline/recipe.ts';
import type { Recipe } from '#core/pipeline/recipe.ts';
import type { BextLoudness } from './bext.ts';
import { triangularDither } from './dither.ts';
import { decodeText } from './encoding.ts';
import { readIxml } from './ixml.ts';
import type { ByteSource } from './riff.ts';
import { readWavChunk, writeWav } from './wav.ts';

/** A take to encode. */
export type Take = {
  /** Samples per second. */
  readonly sampleRate: number;
  readonly bits: 16 | 24 | 32;
  readonly channels: readonly Float32Array[];
  readonly recipe: Recipe;
  readonly loudness?: BextLoudness | undefined;
};

/**
 * Encodes a take as a WAV with `bext`, iXML (with the recipe) and INFO. The same take gives the same bytes, always:
 * dither is seeded by the recipe, the originator reference is derived from it, and no clock is read.
 *
 * @throws RefoleyError `internal` when the recipe breaks its own schema or a sample is not a finite number; `input` as
 * `writeWav` and `encodeBext`.
 */
export function encodeTake({ recipe, channels, sampleRate, bits, loudness }: Take): Uint8Array {
  const audio = { sampleRate, bits, channelCount: channels.length, loudness };
  const { bext, ixml, info } = fileMetadata(audio, { recipe });
  return writeWav({
    ...{ sampleRate, channels, bits },
    metadata: { bext, ixml, info },
    dither: triangularDither(recipe.seed),
  });
}

/** A recipe with all its neighbours is a hundredth of that. */
const MAX_IXML_BYTES = 16 * 1024 * 1024;

/**
 * Reads the recipe out of a take's WAV; the samples are not touched, and a ByteSource is not loaded whole.
 *
 * @throws RefoleyError `input` when the file has no recipe, or one of a newer format; `corrupt` when the file or its
 * recipe is damaged.
 */
export function readRecipe(input: Uint8Array | ByteSource): Recipe {
  const ixml = readWavChunk(input, 'iXML', MAX_IXML_BYTES);
  const json = ixml && readIxml(decodeText(ixml)).recipeJson;
  if (json === undefined) {
    throw new RefoleyError(
      'input',
      'this WAV carries no Refoley recipe; choose a take that Refoley has written',
    );
  }
  return parseRecipe(json, 'this WAV');
}
