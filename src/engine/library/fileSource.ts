import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '#core/audio/riff.ts';
import { RefoleyError } from '#core/errors.ts';
import { fileError } from '../files/fileError.ts';

/**
 * Gives `body` random access to a file, so that the header of a recording of gigabytes is read without the rest.
 *
 * @throws RefoleyError as {@link fileError}; `input` for a folder or a device; or what `body` throws
 */
export function withFileSource<T>(path: string, body: (source: ByteSource) => T): T {
  let file: number;
  try {
    // Without O_NONBLOCK a named pipe would wait for a writer for ever. Windows has neither: undefined counts as 0.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw fileError(cause, path);
  }
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw notAFile(path);
    const { size } = facts;
    return body({ size, read: (offset, length) => readAt(file, offset, Math.min(length, size - offset)) });
  } catch (cause) {
    throw cause instanceof Error && 'errno' in cause ? fileError(cause, path) : cause;
  } finally {
    closeSync(file);
  }
}

/** Bytes of an open file, fewer at its end. Throws as `readSync`. */
export function readAt(file: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, length));
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(file, bytes, filled, bytes.length - filled, offset + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/** What a folder or a device under the name of a sound is refused with. */
export function notAFile(path: string): RefoleyError {
  return new RefoleyError('input', `${path} is no file but a folder or a device: rename it`);
}
