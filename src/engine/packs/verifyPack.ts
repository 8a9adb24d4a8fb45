import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import type { Work } from '../context.ts';
import { filesOf, totalBytes, type Pack } from './pack.ts';
import { readPackFile } from './readPackFile.ts';

export interface VerifiedFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** What is wrong with it, if anything. */
  readonly problem?: string;
}

/**
 * Reads every file of a pack and compares it with the manifest; progress in bytes.
 * @throws RefoleyError 'cancelled'
 */
export async function verifyPack(pack: Pack, { signal, onProgress }: Work = {}): Promise<VerifiedFile[]> {
  const verified: VerifiedFile[] = [];
  const files = filesOf(pack.manifest);
  const of = totalBytes(files);
  let done = 0;
  for (const { file, sha256, bytes } of files) {
    if (signal?.aborted) throw new RefoleyError('cancelled', 'the check was cancelled');
    onProgress?.({ stage: 'verify', done, of });
    const problem = await readPackFile(pack, { file, sha256, bytes }).then(
      () => undefined,
      (cause: unknown) => asRefoleyError(cause).message,
    );
    verified.push({ file, sha256, bytes, ...(problem === undefined ? {} : { problem }) });
    done += bytes;
  }
  onProgress?.({ stage: 'verify', done, of });
  return verified;
}
