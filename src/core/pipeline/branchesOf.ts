import { planBranches, type Branch } from '../diffusion/guidance.ts';
import type { TakeManifest } from '../pack/manifest.ts';
import { attendsNeighbours } from './abilities.ts';
import type { Recipe } from './recipe.ts';

type Guidance = Pick<Recipe, 'sampler' | 'guidance' | 'libraryGuidance'>;

/** One branch per term of the guidance; the distilled mode was taught their sum. */
export function branchesOf(settings: Guidance, hasNeighbours: boolean): readonly Branch[] {
  if (settings.sampler === 'distilled') return [{ text: true, library: hasNeighbours, coefficient: 1 }];
  return planBranches({ ...settings, hasNeighbours });
}

/** How many rows the denoiser is shown at once. */
export function guidanceRows(recipe: Guidance & Pick<Recipe, 'neighbours'>, manifest: TakeManifest): number {
  return branchesOf(recipe, attendsNeighbours(manifest) && recipe.neighbours.length > 0).length;
}
