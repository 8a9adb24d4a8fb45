import { dirname, join, resolve } from 'node:path';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { RefoleyError } from '#core/errors.ts';
import { readCaptionsFile } from '../library/captionsFile.ts';

/** Prompts to make takes of, each with the sound that it describes where there is one. */
export interface Suite {
  readonly name: string;
  readonly items: readonly SuiteItem[];
}

export interface SuiteItem {
  readonly prompt: string;
  /** A file. */
  readonly sound: string | undefined;
}

const promptsSchema = z.object({ prompts: z.array(z.object({ prompt: z.string().min(1) })).min(1) });

/**
 * A suite by the name of one that ships with the app (`everyday`), or from a captions file (CSV with `file` and
 * `caption`) whose files are the real sounds.
 *
 * @throws RefoleyError 'not-found' or 'input'
 */
export async function readSuite(nameOrFile: string, resourcesFolder: string): Promise<Suite> {
  if (/^[\w-]+$/.test(nameOrFile)) return readShippedSuite(nameOrFile, resourcesFolder);
  const path = resolve(nameOrFile);
  const captions = await readCaptionsFile(path, dirname(path));
  const items = [...captions].flatMap(([file, { caption }]) =>
    caption === undefined ? [] : [{ prompt: caption, sound: join(dirname(path), file) }],
  );
  if (items.length === 0) throw new RefoleyError('input', `${path} has no row with a file and a caption`);
  return { name: nameOrFile, items };
}

async function readShippedSuite(name: string, resourcesFolder: string): Promise<Suite> {
  const text = await readFile(join(resourcesFolder, 'suites', `${name}.json`), 'utf8').catch(
    (cause: unknown) => {
      throw new RefoleyError(
        'not-found',
        `there is no suite '${name}': give 'everyday' or a captions file (.csv)`,
        {
          cause,
        },
      );
    },
  );
  const { prompts } = promptsSchema.parse(JSON.parse(text));
  return { name, items: prompts.map(({ prompt }) => ({ prompt, sound: undefined })) };
}
