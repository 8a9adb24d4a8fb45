import { readFile, readdir, realpath, stat } from 'node:fs/promises';
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

/** Whether a folder is laid out as models are published. */
export async function isCheckpoint(folder: string): Promise<boolean> {
  return (await stat(join(folder, 'model_index.json')).catch(() => undefined)) !== undefined;
}

/**
 * Finds out what model a folder holds, and that all of it is there.
 * @throws RefoleyError `input` for a model of another kind, and with a list of everything that is missing or cannot be used;
 *   `corrupt` for a file that is no JSON
 */
export async function readCheckpoint(path: string): Promise<PublishedFolder> {
  const folder = await realpath(path);
  const index = indexSchema.safeParse(await readJson(join(folder, 'model_index.json')));
  if (!index.success) throw new RefoleyError('corrupt', `${join(path, 'model_index.json')} names no model`);
  const className = index.data._class_name;
  const family = FAMILIES.find((each) => each.className === className);
  if (!family)
    throw new RefoleyError(
      'input',
      `${path} holds a ${className}, which Refoley has no graphs for: it knows ${FAMILIES.map(({ title }) => title).join(', ')}`,
    );

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
    configs[part] = await readJson(join(folder, part, 'config.json')).catch(note);
    weights[part] = await listWeights(join(folder, part)).catch((cause: unknown) => (note(cause), []));
  }
  configs['scheduler'] = await readJson(join(folder, 'scheduler', 'scheduler_config.json')).catch(note);
  for (const tokenizer of family.tokenizers)
    for (const file of TOKENIZER_FILES) await readJson(join(folder, tokenizer, file)).catch(note);
  if (problems.length > 0)
    throw new RefoleyError(
      'input',
      `${path} is no whole ${family.title}: ${problems.join('; ')}. Download the whole folder of the model`,
    );
  return { folder, family, configs, weights };
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
