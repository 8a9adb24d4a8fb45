import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { templateListSchema, type Template } from '#core/checkpoint/templates.ts';
import type { CheckpointManifest } from '#core/pack/checkpointManifest.ts';
import { RefoleyError } from '#core/errors.ts';

/** A template and the folder of its file. */
export interface FoundTemplate extends Template {
  readonly in: string;
}

/**
 * The templates of a family: those that ship with the app, then those in the data folder, for configurations that somebody made
 * with training/templates.
 * @param folders that hold a folder for each family
 * @throws RefoleyError `corrupt` for a list that cannot be read
 */
export async function findTemplates(
  folders: readonly string[],
  family: CheckpointManifest['family'],
): Promise<FoundTemplate[]> {
  const found: FoundTemplate[] = [];
  for (const each of folders) {
    const folder = join(each, family);
    const path = join(folder, 'templates.json');
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    try {
      const { templates } = templateListSchema.parse(JSON.parse(text));
      found.push(...templates.map((template) => ({ ...template, in: folder })));
    } catch (cause) {
      throw new RefoleyError('corrupt', `${path} is no list of templates: remove it or get it again`, {
        cause,
      });
    }
  }
  return found;
}
