import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import { makeFolder } from '../files/makeFolder.ts';

/** Longest part of a file name that comes from the prompt, in characters. */
const SLUG_LENGTH = 48;

export interface OutputRequest {
  /** A file that ends in .wav, or a folder; the takes folder unless given. */
  readonly out: string | undefined;
  readonly takesFolder: string;
  readonly prompt: string;
  /** One for each take. */
  readonly seeds: readonly number[];
}

/**
 * Where takes go: a path for each seed, in a folder that exists and can be written to. A file that the user named is
 * replaced; a name that is made up here is never one that exists.
 * @throws RefoleyError 'input' when the folder cannot be made or written to, before any work is done
 */
export async function outputPaths({ out, takesFolder, prompt, seeds }: OutputRequest): Promise<string[]> {
  const target = resolve(out ?? takesFolder);
  if (extname(target).toLowerCase() === '.wav' && !(await isFolder(target))) {
    await requireWritable(dirname(target));
    if (seeds.length === 1) return [target];
    const stem = join(dirname(target), basename(target, extname(target)));
    return seeds.map((_, take) => `${stem}-${take + 1}.wav`);
  }
  await requireWritable(target);
  const paths: string[] = [];
  for (const seed of seeds) paths.push(await freePath(join(target, `${slug(prompt)}_${seed}`), paths));
  return paths;
}

/** What of a prompt is safe in a file name on every system: words joined by hyphens. */
export function slug(prompt: string): string {
  const words =
    prompt
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  const joined = words.join('-');
  const short =
    joined.length <= SLUG_LENGTH ? joined : joined.slice(0, SLUG_LENGTH + 1).replace(/-[^-]*$/, '');
  return short.slice(0, SLUG_LENGTH) || 'take';
}

async function freePath(stem: string, taken: readonly string[]): Promise<string> {
  for (let number = 1; ; number++) {
    const path = number === 1 ? `${stem}.wav` : `${stem}_${number}.wav`;
    if (!taken.includes(path) && !(await stat(path).catch(() => undefined))) return path;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function requireWritable(folder: string): Promise<void> {
  try {
    makeFolder(folder);
    await access(folder, constants.R_OK | constants.W_OK);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    throw new RefoleyError(
      'input',
      `cannot write to the folder ${folder} (${code}): choose another with --out`,
      { cause },
    );
  }
}
