import { RefoleyError } from '#core/errors.ts';
import type { RecipeNeighbour } from '#core/pipeline/recipe.ts';
import { reasonAgainst } from '#core/rights/mayCondition.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { StoredSound } from '../catalogue/sound.ts';

/**
 * The sound of a recipe's neighbour, which is known by its content, wherever it lies now.
 * @throws RefoleyError 'not-found' when it is not in the library; 'unavailable' when it must not condition takes
 */
export function findRecipeSound(
  catalogue: Catalogue,
  { sha256, start, end, name, caption }: RecipeNeighbour,
): StoredSound {
  const present = catalogue.sounds.bySha256(sha256).filter((sound) => !sound.missing);
  const whole = (sound: StoredSound) => sound.start === start && sound.end === end;
  const exact = present.filter(whole);
  const candidates = exact.length > 0 ? exact : present;
  const found = candidates.find(({ mayCondition }) => mayCondition);
  if (found) return { ...found, start, end };
  const [forbidden] = candidates;
  if (forbidden)
    throw new RefoleyError(
      'unavailable',
      `the neighbour ${name} must not condition takes any more (${reasonAgainst(forbidden)}): ` +
        `allow it with "library set ${forbidden.id} --may-condition yes" if you hold the right`,
    );
  const words = caption === '' ? '' : ` ("${caption}")`;
  throw new RefoleyError(
    'not-found',
    `the neighbour ${name}${words} is not in the library: add the folder it lies in`,
  );
}
