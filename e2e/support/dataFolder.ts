import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';

export interface DataFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** A copy of the data folder with the starter library, for one test file to do with as it likes. */
export async function copyData(): Promise<DataFolder> {
  const folder = await emptyFolder();
  cpSync(inject('dataFolder'), folder.path, { recursive: true });
  return folder;
}

export async function emptyFolder(): Promise<DataFolder> {
  const path = await mkdtemp(join(tmpdir(), 'refoley-e2e-copy-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
