import { readRecipe } from '#core/audio/takeFile.ts';
import { RefoleyError } from '#core/errors.ts';
import { reasonAgainst } from '#core/rights/mayCondition.ts';
import type { Recipe, RecipeNeighbour } from '#core/pipeline/recipe.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import type { EngineContext, Work } from '../context.ts';
import { withFileSource } from '../library/fileSource.ts';
import { findPack } from '../packs/findPacks.ts';
import type { Pack } from '../packs/pack.ts';
import { outputPaths } from './outputPaths.ts';
import { renderTakes, type TakesReport } from './renderTakes.ts';
import { requireUnchanged } from './unchanged.ts';

export interface RemakeRequest {
  /** A take that Refoley wrote. */
  readonly file: string;
  /** File or folder; the data folder's takes unless given. */
  readonly out?: string | undefined;
}

/**
 * Makes a take again from the recipe inside its file: bit for bit the same on the same kind of machine.
 * @throws RefoleyError 'input' when the file carries no recipe; 'unavailable' when the installed pack is another than the
 *   one it was made with; 'not-found' when a neighbour is no longer in the library, and says which;
 *   'unavailable' too when one must not condition takes any more
 */
export async function remakeTake(
  context: EngineContext,
  { file, out }: RemakeRequest,
  work: Work,
): Promise<TakesReport> {
  const began = performance.now();
  const recipe = withFileSource(file, readRecipe);
  const pack = await findPack(recipe.pack.name, context.packFolders);
  requireSamePack(recipe, pack);
  const { takesFolder } = context;
  const { prompt, seed } = recipe;
  const [path] = await outputPaths({ out, takesFolder, prompt, seeds: [seed] });
  if (path === undefined) throw new RefoleyError('internal', `there is no place for the take of ${file}`);

  const { catalogue } = await context.library(work);
  const setup = performance.now() - began;
  const sounds = recipe.neighbours.map((neighbour) => findSound(catalogue, neighbour));
  for (const sound of sounds) await requireUnchanged(sound);
  const retrieve = performance.now() - began - setup;
  const jobs = [{ recipe, path }];
  return renderTakes(context, { pack, jobs, sounds, began, timings: { setup, retrieve } }, work);
}

function requireSamePack({ pack: made }: Recipe, { manifest, sha256 }: Pack): void {
  if (made.sha256 === sha256) return;
  const installed = `${manifest.name} ${manifest.version} (${sha256.slice(0, 12)})`;
  const wanted = `${made.name} ${made.version} (${made.sha256.slice(0, 12)})`;
  throw new RefoleyError(
    'unavailable',
    `this take was made with pack ${wanted}, not with ${installed}: install that one`,
  );
}

/** The neighbour's audio is known by its content, wherever it lies now. */
function findSound(
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
