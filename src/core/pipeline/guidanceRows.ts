import { planBranches } from '../diffusion/guidance.ts';
import type { PackManifest } from '../pack/manifest.ts';
import type { Recipe } from './recipe.ts';

/** How many rows the denoiser is shown at once: the terms of the guidance. */
export function guidanceRows(recipe: Recipe, manifest: PackManifest): number {
  if (recipe.sampler === 'distilled') return 1;
  const isAttending = manifest.format === 1 && manifest.conditioning.attendsNeighbours;
  return planBranches({ ...recipe, hasNeighbours: isAttending && recipe.neighbours.length > 0 }).length;
}
