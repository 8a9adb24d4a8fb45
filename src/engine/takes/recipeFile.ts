import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import { parseRecipe, type Recipe } from '#core/pipeline/recipe.ts';
import type { EngineContext, Work } from '../context.ts';
import { fileError } from '../files/fileError.ts';
import { writeFileAtomic } from '../files/replaceFile.ts';
import { findPack } from '../packs/findPacks.ts';
import { findRecipeSound } from './findRecipeSound.ts';
import { recipeIn } from './recipeIn.ts';

/** A recipe as it can be used here. */
export interface OpenedRecipe {
  readonly recipe: Recipe;
  /** Its neighbours that are in the library, by their ids there. */
  readonly pins: readonly { readonly id: number; readonly weight: number }[];
  /** Those that are not, or must not be used, and why. */
  readonly missing: readonly { readonly name: string; readonly caption: string; readonly reason: string }[];
  /** What of its pack is not here, if anything. */
  readonly packProblem: string | null;
}

const RECIPE_EXTENSION = '.refoley';
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Opens a recipe: a `.refoley` file, which is its JSON, or a take or an export that carries one.
 * @throws RefoleyError as `recipeIn`, `parseRecipe` and `fileError`
 */
export async function openRecipe(context: EngineContext, file: string, work: Work): Promise<OpenedRecipe> {
  const recipe = await readRecipeOf(file);
  const { catalogue } = await context.library(work);
  const pins: { id: number; weight: number }[] = [];
  const missing: { name: string; caption: string; reason: string }[] = [];
  for (const neighbour of recipe.neighbours) {
    const { name, caption, weight } = neighbour;
    try {
      pins.push({ id: findRecipeSound(catalogue, neighbour).id, weight });
    } catch (cause) {
      missing.push({ name, caption, reason: asRefoleyError(cause).message });
    }
  }
  return { recipe, pins, missing, packProblem: await packProblem(context, recipe) };
}

/**
 * Writes the recipe of a take as a file of its own.
 * @throws RefoleyError as `fileError`
 */
export async function saveRecipe(recipe: Recipe, file: string): Promise<string> {
  const path = extname(file) === '' ? `${file}${RECIPE_EXTENSION}` : file;
  await writeFileAtomic(path, `${JSON.stringify(recipe, null, 2)}\n`);
  return path;
}

async function readRecipeOf(file: string): Promise<Recipe> {
  if (extname(file).toLowerCase() !== RECIPE_EXTENSION) return recipeIn(file);
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) throw new RefoleyError('input', `${file} is too long for a recipe`);
    return parseRecipe(await readFile(file, 'utf8'), file);
  } catch (cause) {
    throw fileError(cause, file);
  }
}

async function packProblem({ packFolders }: EngineContext, { pack: wanted }: Recipe): Promise<string | null> {
  const said = `it was made with the pack ${wanted.name} ${wanted.version}`;
  try {
    const { manifest, sha256 } = await findPack(wanted.name, packFolders);
    return sha256 === wanted.sha256 ? null : `${said}; ${manifest.version} is installed`;
  } catch {
    return `${said}, which is not installed`;
  }
}
