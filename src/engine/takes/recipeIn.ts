import { readRecipe } from '#core/audio/takeFile.ts';
import { RefoleyError } from '#core/errors.ts';
import type { Recipe } from '#core/pipeline/recipe.ts';
import { provenanceAt } from '../export/provenanceAt.ts';
import { withFileSource } from '../library/fileSource.ts';
import { sniff, SNIFF_BYTES } from '../library/sniff.ts';

/**
 * The recipe in a take, or in what a take was exported to: WAV, FLAC or Ogg.
 *
 * @throws RefoleyError as `readRecipe` and `provenanceAt`
 */
export function recipeIn(path: string): Recipe {
  const coding = withFileSource(path, (source) => sniff(source.read(0, SNIFF_BYTES)));
  if (coding !== 'flac' && coding !== 'vorbis') return withFileSource(path, readRecipe);
  const { recipe } = provenanceAt(path);
  if (recipe) return recipe;
  throw new RefoleyError(
    'input',
    `${path} carries no Refoley recipe; choose a take that Refoley has written, or a file that it was exported to`,
  );
}
