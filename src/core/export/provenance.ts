import type { IxmlRead } from '../audio/ixml.ts';
import type { Comment } from '../audio/vorbisComment.ts';
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

/** The same as JSON texts. */
export type ProvenanceTexts = Pick<IxmlRead, 'recipeJson' | 'editJson' | 'originJson'>;

/** What Vorbis comments call them: their elements in iXML, which is not there. */
export const RECIPE_COMMENT = 'REFOLEY_RECIPE';
const COMMENTS = {
  recipeJson: RECIPE_COMMENT,
  editJson: 'REFOLEY_EDIT',
  originJson: 'REFOLEY_ORIGIN',
} as const satisfies Record<keyof ProvenanceTexts, string>;

export function provenanceComments(texts: ProvenanceTexts): Comment[] {
  return Object.entries(COMMENTS).flatMap(([key, name]): Comment[] => {
    const text = texts[key as keyof ProvenanceTexts];
    return text === undefined ? [] : [[name, text]];
  });
}

/** The reverse of `provenanceComments`. */
export function provenanceOfComments(comments: readonly Comment[]): ProvenanceTexts {
  const found = Object.entries(COMMENTS).flatMap(([key, name]) => {
    const text = comments.find(([each]) => each.toUpperCase() === name)?.[1];
    return text === undefined ? [] : [[key, text] as const];
  });
  return Object.fromEntries(found);
}

/**
 * Reads recipe, edit list and origin out of their texts.
 *
 * @param where it was found, for messages
 * @throws RefoleyError as `parseRecipe` and `parseEditList`; `corrupt` for a damaged origin
 */
export function readProvenance(
  { recipeJson, editJson, originJson }: ProvenanceTexts,
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
