import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import { openPack } from './openPack.ts';
import type { Pack } from './pack.ts';

/** A folder in which a pack lies, or should lie. */
export type FoundPack =
  | { readonly name: string; readonly folder: string; readonly pack: Pack }
  | { readonly name: string; readonly folder: string; readonly problem: RefoleyError };

/**
 * Every pack in some folders of packs. A folder that does not exist has none; of two packs with one name the first
 * counts. A damaged pack is listed with its problem.
 */
export async function findPacks(packFolders: readonly string[]): Promise<FoundPack[]> {
  const found = new Map<string, FoundPack>();
  for (const packFolder of packFolders) {
    const entries = await readdir(packFolder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const folder = join(packFolder, entry.name);
      if (
        entry.name.startsWith('.') ||
        found.has(entry.name) ||
        !(entry.isDirectory() || entry.isSymbolicLink())
      )
        continue;
      try {
        found.set(entry.name, { name: entry.name, folder, pack: await openPack(folder) });
      } catch (cause) {
        found.set(entry.name, { name: entry.name, folder, problem: asRefoleyError(cause) });
      }
    }
  }
  return [...found.values()];
}

/**
 * The pack of a name.
 * @throws RefoleyError 'not-found' when there is none; whatever its manifest's problem is
 */
export async function findPack(name: string, packFolders: readonly string[]): Promise<Pack> {
  const packs = await findPacks(packFolders);
  const found = packs.find((pack) => pack.name === name);
  if (!found) {
    const names = packs.map((pack) => pack.name).join(', ') || 'none';
    throw new RefoleyError(
      'not-found',
      `there is no pack '${name}': choose one of those installed (${names})`,
    );
  }
  if ('problem' in found) throw found.problem;
  return found.pack;
}
