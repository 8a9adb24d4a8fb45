import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import type { PackManifest } from '#core/pack/manifest.ts';
import type { Work } from '../context.ts';
import { placeFolder } from '../files/placeFolder.ts';
import { writeFileAtomic } from '../files/replaceFile.ts';
import { filesOf, totalBytes, type PackFile } from './pack.ts';

export interface PackSource {
  readonly manifest: PackManifest;
  /** Its text, which is kept as it is. */
  readonly manifestText: string;
  /** The bytes of one of its files, piece by piece. */
  readonly read: (file: PackFile, signal: AbortSignal | undefined) => AsyncIterable<Uint8Array>;
}

/**
 * Writes a pack to `<packsFolder>/<name>`, whole or not at all: every file goes to a temporary folder, is compared with the
 * manifest while it is written and flushed to disk, and the folder is renamed. Progress in bytes.
 *
 * @returns the pack's folder
 * @throws RefoleyError 'corrupt' when a file differs from the manifest; 'cancelled'; as `fileError`; what `read` throws
 */
export async function installPack(
  packsFolder: string,
  { manifest, manifestText, read }: PackSource,
  { signal, onProgress }: Work,
): Promise<string> {
  const folder = join(packsFolder, manifest.name);
  const files = [...new Map(filesOf(manifest).map((file) => [file.file, file])).values()];
  const of = totalBytes(files);
  let done = 0;
  try {
    return await placeFolder(folder, async (temporary) => {
      for (const file of files) {
        await writeChecked(join(temporary, file.file), file, read(file, signal), (bytes) => {
          if (signal?.aborted) throw new RefoleyError('cancelled', 'the pack was not added');
          done += bytes;
          onProgress?.({ stage: 'install', done, of });
        });
      }
      await writeFileAtomic(join(temporary, 'manifest.json'), manifestText);
    });
  } catch (cause) {
    if (signal?.aborted) throw new RefoleyError('cancelled', 'the pack was not added', { cause });
    throw cause;
  }
}

async function writeChecked(
  path: string,
  { file, sha256, bytes }: PackFile,
  pieces: AsyncIterable<Uint8Array>,
  onWritten: (bytes: number) => void,
): Promise<void> {
  const hash = createHash('sha256');
  const differs = (what: string) =>
    new RefoleyError('corrupt', `${file} ${what}: the pack was not added, get it again`);
  let written = 0;
  const handle = await open(path, 'wx');
  try {
    for await (const piece of pieces) {
      written += piece.length;
      if (written > bytes) throw differs(`is longer than the ${bytes} bytes that the manifest says`);
      await handle.writeFile(piece);
      hash.update(piece);
      onWritten(piece.length);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (hash.digest('hex') !== sha256)
    throw differs('is not the file that the manifest names, its hash differs');
}
