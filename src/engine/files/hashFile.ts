import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fileError } from './fileError.ts';

/**
 * SHA-256 of a file in lower-case hex, read as a stream.
 *
 * @param onBytes told of each piece that was read
 * @throws RefoleyError as fileError; what `onBytes` throws
 */
export async function hashFile(
  path: string,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Uint8Array);
      onBytes((chunk as Uint8Array).length);
    }
  } catch (cause) {
    throw fileError(cause, path);
  }
  return hash.digest('hex');
}

/** SHA-256 of bytes in lower-case hex. */
export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
