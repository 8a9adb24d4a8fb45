import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from './fileError.ts';
import { makeFolder } from './makeFolder.ts';
import { flushFolder, sweepTemporaryFiles, temporaryFor } from './replaceFile.ts';

/**
 * Makes a folder that appears under its name whole or not at all: a temporary one beside it is filled, then renamed.
 * @param fill flushes what it writes
 * @throws RefoleyError as `fileError`; what `fill` throws
 */
export async function placeFolder(
  folder: string,
  fill: (temporary: string) => Promise<void>,
): Promise<string> {
  const temporary = temporaryFor(folder);
  const around = dirname(folder);
  try {
    makeFolder(around);
    await sweepTemporaryFiles(around);
    await mkdir(temporary);
    await fill(temporary);
    await rename(temporary, folder);
    await flushFolder(around);
    return folder;
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw fileError(cause, folder);
  }
}
