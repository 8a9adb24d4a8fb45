import type { IxmlRead } from '../audio/ixml.ts';
import { parseEditList, type EditList } from '../edit/editList.ts';
import { RefoleyError } from '../errors.ts';
import { parseRecipe, type Recipe } from '../pipeline/recipe.ts';
import { originSchema, type Origin } from './delivery.ts';

/** Where a sound came from, as a file of Refoley's says. */
export interface Provenance {
  readonly recipe?: Recipe | undefined;
  readonly edit?: EditList | undefined;
  readonly origin?: Origin | undefined;
}

/**
 * Reads recipe, edit list and origin out of an iXML document.
 *
 * @param where it was found, for messages
 * @throws RefoleyError as `parseRecipe` and `parseEditList`; `corrupt` for a damaged origin
 */
export function readProvenance(
  { recipeJson, editJson, originJson }: Pick<IxmlRead, 'recipeJson' | 'editJson' | 'originJson'>,
  where: string,
): Provenance {
  return {
    recipe: recipeJson === undefined ? undefined : parseRecipe(recipeJson, where),
    edit: editJson === undefined ? undefined : parseEditList(editJson, `what ${where} says of its edit`),
    origin: originJson === undefined ? undefined : parseOrigin(originJson, where),
  };
}

function parseOrigin(json: string, where: string): Origin {
  try {
    return originSchema.parse(JSON.parse(json));
  } catch (cause) {
    throw new RefoleyError(
      'corrupt',
      `what ${where} says of the sounds in its edit is damaged; use the original file`,
      { cause },
    );
  }
}
