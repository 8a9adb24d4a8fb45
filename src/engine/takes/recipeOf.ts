import { basename } from 'node:path';
import { MAX_PASSED_OVER, type Recipe, type RecipeNeighbour } from '#core/pipeline/recipe.ts';
import type { TakeSettings } from '#core/pipeline/settings.ts';
import type { Neighbour, Retrieved } from '../library/retrieve.ts';
import type { Pack } from '../packs/pack.ts';

/**
 * The recipe of a take that is yet to be made: nobody knows yet which neighbour will be heard how much.
 * @param ears whose embeddings of the neighbours' sounds are mixed into the prompt
 */
export function recipeOf(
  settings: TakeSettings,
  { neighbours, passedOver }: Retrieved,
  pack: Pack,
  ears?: Pack,
): Recipe {
  return {
    format: 1,
    pack: named(pack),
    ...(ears && { ears: named(ears) }),
    ...settings,
    neighbours: neighbours.map(recipeNeighbour),
    passedOver: passedOver
      .slice(0, MAX_PASSED_OVER)
      .map(({ sound: { id, caption, licence }, reason }) => ({ id, caption, licence, reason })),
    passedOverCount: passedOver.length,
  };
}

function named({ manifest: { name, version }, sha256 }: Pack) {
  return { name, version, sha256 };
}

function recipeNeighbour({ id, sound, similarity, weight, pinned }: Neighbour): RecipeNeighbour {
  const { path, caption, sha256, start, end, licence, author } = sound;
  return {
    id,
    name: basename(path),
    caption,
    sha256,
    start,
    end,
    licence,
    author,
    similarity,
    weight,
    pinned,
    influence: 0,
  };
}
