import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import type { PackManifest } from '#core/pack/manifest.ts';
import { addCheckpoint, type CheckpointFolders } from '../checkpoint/addCheckpoint.ts';
import { isPickle } from '../checkpoint/openCheckpoint.ts';
import { isCheckpoint } from '../checkpoint/readCheckpoint.ts';
import type { Work } from '../context.ts';
import { fileError } from '../files/fileError.ts';
import { temporaryFor } from '../files/replaceFile.ts';
import { findPacks } from './findPacks.ts';
import { installPack } from './installPack.ts';
import { openPack } from './openPack.ts';
import { packHash, type Pack } from './pack.ts';

/** Where packs are looked for, and the one of these folders that packs are added to. */
export interface PackFolders extends CheckpointFolders {
  readonly packFolders: readonly string[];
}

/**
 * Adds what a folder holds: a pack, which is copied into the data folder (`installPack`), or a model in the layout of its authors,
 * which stays where it is (`addCheckpoint`).
 * @throws RefoleyError as `openPack`, `requireNew`, `installPack` and `addCheckpoint`
 */
export async function addPack(folders: PackFolders, folder: string, work: Work): Promise<Pack> {
  if (await isCheckpoint(folder))
    return openPack(await addCheckpoint(folders, folder, (manifest) => requireNew(folders, manifest), work));
  await requirePack(folder);
  const { manifest } = await openPack(resolve(folder));
  requireWhole(manifest);
  await requireNew(folders, manifest);
  const path = join(folder, 'manifest.json');
  const manifestText = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw fileError(cause, path);
  });
  // Opened when it is read: before that nobody would hear of a file that is missing.
  const read = async function* ({ file }: { readonly file: string }) {
    yield* createReadStream(join(folder, file)) as AsyncIterable<Uint8Array>;
  };
  return openPack(await installPack(folders.addedPacksFolder, { manifest, manifestText, read }, work));
}

async function requirePack(folder: string): Promise<void> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw fileError(cause, folder);
  });
  if (names.includes('manifest.json')) return;
  const pickle = names.find(isPickle);
  throw new RefoleyError(
    'input',
    pickle === undefined
      ? `${folder} holds no pack (manifest.json) and no published model (model_index.json, model_config.json or config.json of a CLAP): choose another folder`
      : `${join(folder, pickle)} is a pickle, which runs whatever code it holds when it is read: get this model as a folder with model_index.json, model_config.json or config.json and .safetensors files`,
  );
}

/** @throws RefoleyError 'input' for a pack whose weights lie somewhere else */
export function requireWhole(manifest: PackManifest): void {
  if (manifest.format === 2)
    throw new RefoleyError(
      'input',
      `the pack '${manifest.name}' is not whole, its weights are in ${manifest.checkpoint}: add that folder`,
    );
}

/** @throws RefoleyError 'input' when a pack of that name is installed */
export async function requireNew({ packFolders }: PackFolders, manifest: PackManifest): Promise<void> {
  const { name } = manifest;
  const installed = (await findPacks(packFolders)).find((each) => each.name === name);
  if (!installed) return;
  if ('pack' in installed && installed.pack.sha256 === packHash(manifest))
    throw new RefoleyError('input', `the pack '${name}' is installed already, in ${installed.folder}`);
  throw new RefoleyError('input', `another pack '${name}' is installed: remove that one first`);
}

/**
 * Deletes a pack that was added.
 * @throws RefoleyError 'not-found' when there is none of that name; 'input' when it ships with the app
 */
export async function removePack(folders: PackFolders, name: string): Promise<string> {
  const found = (await findPacks(folders.packFolders)).find((each) => each.name === name);
  if (!found) throw new RefoleyError('not-found', `there is no pack '${name}': see \`pack list\``);
  const { folder } = found;
  if (!isAdded(folders, folder))
    throw new RefoleyError('input', `the pack '${name}' ships with Refoley and stays: only added packs go`);
  // Gone at once for whoever looks, even if deleting takes its time or is interrupted.
  const temporary = temporaryFor(folder);
  try {
    await rename(folder, temporary);
    await rm(temporary, { recursive: true, force: true });
  } catch (cause) {
    throw fileError(cause, folder);
  }
  return folder;
}

export function isAdded({ addedPacksFolder }: PackFolders, folder: string): boolean {
  return resolve(dirname(folder)) === resolve(addedPacksFolder);
}
