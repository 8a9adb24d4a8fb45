import { basename } from 'node:path';
import type { Recipe, RecipeNeighbour } from '#core/pipeline/recipe.ts';
import type { TakeSettings } from '#core/pipeline/settings.ts';
import type { Neighbour } from '../library/retrieve.ts';
import type { Pack } from '../packs/pack.ts';

/** The recipe of a take that is yet to be made: nobody knows yet which neighbour will be heard how much. */
export function recipeOf(settings: TakeSettings, neighbours: readonly Neighbour[], pack: Pack): Recipe {
  const { name, version } = pack.manifest;
  return {
    format: 1,
    pack: { name, version, sha256: pack.sha256 },
    ...settings,
    neighbours: neighbours.map(recipeNeighbour),
  };
}

function recipeNeighbour({ id, sound, similarity, weight, pinned }: Neighbour): RecipeNeighbour {
  const { path, caption, sha256, start, end, licence } = sound;
  return {
    id,
    name: basename(path),
    caption,
    sha256,
    start,
    end,
    licence,
    similarity,
    weight,
    pinned,
    influence: 0,
  };
}
