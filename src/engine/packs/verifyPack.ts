import { asRefoleyError } from '#core/errors.ts';
import { filesOf, type Pack } from './pack.ts';
import { readPackFile } from './readPackFile.ts';

export interface VerifiedFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** What is wrong with it, if anything. */
  readonly problem?: string;
}

/** Reads every file of a pack and compares it with the manifest. */
export async function verifyPack(pack: Pack): Promise<VerifiedFile[]> {
  const verified: VerifiedFile[] = [];
  for (const { file, sha256, bytes } of filesOf(pack.manifest)) {
    const problem = await readPackFile(pack, { file, sha256, bytes }).then(
      () => undefined,
      (cause: unknown) => asRefoleyError(cause).message,
    );
    verified.push({ file, sha256, bytes, ...(problem === undefined ? {} : { problem }) });
  }
  return verified;
}
