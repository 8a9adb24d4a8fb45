import { readRecipe } from '#core/audio/takeFile.ts';
import type { Recipe } from '#core/pipeline/recipe.ts';
import { withFileSource } from '../library/fileSource.ts';

/** The recipe in a file; undefined for one that is no take of ours. */
export function recipeAt(path: string): Recipe | undefined {
  try {
    return withFileSource(path, readRecipe);
  } catch {
    return undefined;
  }
}
