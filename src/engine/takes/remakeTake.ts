import { RefoleyError } from '#core/errors.ts';
import type { Recipe } from '#core/pipeline/recipe.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import type { EngineContext, Work } from '../context.ts';
import { findPack } from '../packs/findPacks.ts';
import { modelName, requireTakes, type Pack } from '../packs/pack.ts';
import { findRecipeSound } from './findRecipeSound.ts';
import type { TakesRequest } from './makeTakes.ts';
import { outputPaths } from './outputPaths.ts';
import { recipeIn } from './recipeIn.ts';
import { renderTakes, type TakesReport } from './renderTakes.ts';
import { requireUnchanged } from './unchanged.ts';

export interface RemakeRequest {
  /** A take that Refoley wrote, or what it was exported to. */
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
  return followRecipe(context, { recipe: recipeIn(file), out }, work);
}

export interface FollowRequest extends Pick<TakesRequest, 'out' | 'onTake'> {
  readonly recipe: Recipe;
}

/** Makes the take of a recipe, to the letter. @throws RefoleyError as {@link remakeTake} */
export async function followRecipe(
  context: EngineContext,
  { recipe, out, onTake }: FollowRequest,
  work: Work,
): Promise<TakesReport> {
  const began = performance.now();
  const pack = requireTakes(await findPack(recipe.pack.name, context.packFolders));
  requireSamePack(recipe, pack);
  const { takesFolder } = context;
  const { prompt, seed } = recipe;
  const [path] = await outputPaths({ out, takesFolder, prompt, seeds: [seed] });
  if (path === undefined) throw new RefoleyError('internal', `there is no place for a take of ${prompt}`);

  const { catalogue } = await context.library(work);
  const setup = performance.now() - began;
  const sounds = recipe.neighbours.map((neighbour) => findRecipeSound(catalogue, neighbour));
  for (const sound of sounds) await requireUnchanged(sound);
  const retrieve = performance.now() - began - setup;
  const embeddings = recipe.ears && requireEmbeddings(catalogue, recipe.ears, sounds);
  const jobs = [{ recipe, path }];
  return renderTakes(
    context,
    { pack, jobs, sounds, embeddings, began, timings: { setup, retrieve }, onTake },
    work,
  );
}

/** What the ears of a recipe heard in the neighbours. @throws RefoleyError 'unavailable' where they have not heard one of them here */
function requireEmbeddings(
  { embeddings }: Catalogue,
  { sha256, ...manifest }: NonNullable<Recipe['ears']>,
  sounds: readonly StoredSound[],
): Float32Array[] {
  const model = modelName({ manifest, sha256 });
  return sounds.map(({ id, path }) => {
    const embedding = embeddings.get(id, 'audio', model);
    if (embedding) return embedding;
    const { name } = manifest;
    throw new RefoleyError(
      'unavailable',
      `the neighbours of this take were heard with the pack '${name}', which has not heard ${path}: run \`library rescan --ears ${name}\``,
    );
  });
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
