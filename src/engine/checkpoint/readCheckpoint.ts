import { readFile, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FAMILIES, type Configs, type Family } from '#core/checkpoint/families.ts';
import { indexSchema } from '#core/checkpoint/published.ts';
import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import { listWeights } from './openCheckpoint.ts';

/** What a tokenizer is made of, in its folder. */
export const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json'] as const;

/** A folder in the layout that its authors publish, with nothing missing. */
export interface PublishedFolder {
  /** Absolute. */
  readonly folder: string;
  readonly family: Family;
  readonly configs: Configs;
  /** By folder, the names of its safetensors files. */
  readonly weights: Readonly<Record<string, readonly string[]>>;
}

/** Names the class of a model in diffusers' layout. */
const INDEX = 'model_index.json';
const modelTypeSchema = z.looseObject({ model_type: z.string() });

/** Whether a folder is laid out as models are published. */
export async function isCheckpoint(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => []);
  if (names.includes(INDEX) || (await unnamedFamily(folder, names))) return true;
  return (await modelTypeIn(folder)) !== undefined;
}

/** What transformers calls the model of a folder. */
async function modelTypeIn(folder: string): Promise<string | undefined> {
  const config = await readJson(join(folder, 'config.json')).catch(() => undefined);
  return modelTypeSchema.safeParse(config).data?.model_type;
}

/** The family without an index that the configuration in the root is of. */
async function unnamedFamily(folder: string, names: readonly string[]): Promise<Family | undefined> {
  for (const family of FAMILIES) {
    const config = family.configFiles[''];
    if (config === undefined || !names.includes(config)) continue;
    if (family.modelType === undefined) return family;
    const said = modelTypeSchema.safeParse(await readJson(join(folder, config)));
    if (said.data?.model_type === family.modelType) return family;
  }
  return undefined;
}

/** Where the configuration of a folder lies in a checkpoint. */
export function configPath({ configFiles }: Family, folder: string): string {
  return configFiles[folder] ?? `${folder}/config.json`;
}

/**
 * Finds out what model a folder holds, and that all of it is there.
 * @throws RefoleyError `input` for a model of another kind, and with a list of everything that is missing or cannot be used;
 *   `corrupt` for a file that is no JSON
 */
export async function readCheckpoint(path: string): Promise<PublishedFolder> {
  const folder = await realpath(path);
  const family = await familyOf(folder, path);

  const problems: string[] = [];
  const configs: Record<string, unknown> = {};
  const weights: Record<string, readonly string[]> = {};
  const note = (cause: unknown) => problems.push(asRefoleyError(cause).message);
  for (const part of new Set(Object.values(family.parts))) {
    const inside = await readdir(join(folder, part)).catch(() => undefined);
    if (!inside) {
      problems.push(`the folder ${part} is missing`);
      continue;
    }
    weights[part] = await listWeights(join(folder, part)).catch((cause: unknown) => (note(cause), []));
  }
  for (const part of new Set([...Object.keys(weights), ...Object.keys(family.configFiles)]))
    configs[part] = await readJson(join(folder, configPath(family, part))).catch(note);
  for (const tokenizer of family.tokenizers)
    for (const file of TOKENIZER_FILES) await readJson(join(folder, tokenizer, file)).catch(note);
  if (problems.length > 0)
    throw new RefoleyError(
      'input',
      `${path} is no whole ${family.title}: ${problems.join('; ')}. Download the whole folder of the model`,
    );
  return { folder, family, configs, weights };
}

async function familyOf(folder: string, path: string): Promise<Family> {
  const names = await readdir(folder);
  const unnamed = names.includes(INDEX) ? undefined : await unnamedFamily(folder, names);
  if (unnamed) return unnamed;
  const named = names.includes(INDEX) ? undefined : await modelTypeIn(folder);
  const className = named ?? (await classNameIn(folder, path));
  const family = FAMILIES.find((each) => each.className === className);
  if (family) return family;
  throw new RefoleyError(
    'input',
    `${path} holds a ${className}, which Refoley has no graphs for: it knows ${FAMILIES.map(({ title }) => title).join(', ')}`,
  );
}

async function classNameIn(folder: string, path: string): Promise<string> {
  const index = indexSchema.safeParse(await readJson(join(folder, INDEX)));
  if (index.success) return index.data._class_name;
  throw new RefoleyError('corrupt', `${join(path, INDEX)} names no model`);
}

/** @throws RefoleyError `input` for a config that no model of this family has */
export function describeFolder({ folder, family, configs }: PublishedFolder) {
  try {
    return family.describe(configs);
  } catch (cause) {
    const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    const where = issue ? ` at '${issue.path.join('.')}' (${issue.message})` : '';
    throw new RefoleyError('input', `the configuration in ${folder} is not one of ${family.title}${where}`, {
      cause,
    });
  }
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RefoleyError('input', `${path} is missing`, { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RefoleyError('corrupt', `${path} is no JSON`, { cause });
  }
}
