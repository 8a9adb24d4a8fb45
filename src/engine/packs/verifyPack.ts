import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import type { Work } from '../context.ts';
import { requireSameWeights } from '../checkpoint/requireSameWeights.ts';
import { filesOf, totalBytes, weightsOf, type Pack } from './pack.ts';
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
  const { manifest } = pack;
  const weights =
    manifest.format === 2
      ? weightsOf(manifest).map((file) => ({ file, check: () => requireSameWeights(manifest, [file], true) }))
      : [];
  const files = [
    ...filesOf(manifest).map((file) => ({ file, check: () => readPackFile(pack, file) })),
    ...weights,
  ];
  const of = totalBytes(files.map(({ file }) => file));
  let done = 0;
  for (const { file: listed, check } of files) {
    const { file, sha256, bytes } = listed;
    if (signal?.aborted) throw new RefoleyError('cancelled', 'the check was cancelled');
    onProgress?.({ stage: 'verify', done, of });
    const problem = await check().then(
      () => undefined,
      (cause: unknown) => asRefoleyError(cause).message,
    );
    verified.push({ file, sha256, bytes, ...(problem === undefined ? {} : { problem }) });
    done += bytes;
  }
  onProgress?.({ stage: 'verify', done, of });
  return verified;
}
