import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '#core/audio/riff.ts';
import { fileError } from '../files/fileError.ts';

/**
 * Gives `body` random access to a file, so that the header of a recording of gigabytes is read without the rest.
 *
 * @throws RefoleyError as {@link fileError}, or what `body` throws
 */
export function withFileSource<T>(path: string, body: (source: ByteSource) => T): T {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw fileError(cause, path);
  }
  try {
    return body({ size: fstatSync(file).size, read: (offset, length) => readAt(file, offset, length) });
  } catch (cause) {
    throw cause instanceof Error && 'errno' in cause ? fileError(cause, path) : cause;
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, length));
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(file, bytes, filled, bytes.length - filled, offset + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
