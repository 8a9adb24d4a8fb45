import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ByteSource } from '#core/audio/riff.ts';
import { RefoleyError } from '#core/errors.ts';
import { fileError } from '../../files/fileError.ts';
import { notAFile, readAt } from '../fileSource.ts';

/** A file held open while it is decoded. */
export interface AudioFile {
  /** Random access to what the file held when it was opened, for its headers. */
  readonly source: ByteSource;
  /**
   * The bytes of a range, exactly.
   *
   * @throws RefoleyError `unavailable` when they are no longer there
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** @throws RefoleyError `unavailable` when the file was written to since it was opened */
  requireUnchanged(): Promise<void>;
  /** SHA-256 in lower-case hex; reads what `read` has not passed yet. */
  sha256(): Promise<string>;
  close(): Promise<void>;
}

/** Bytes read at a time where only the hash needs them. */
const STRIDE = 1024 * 1024;

/**
 * Opens a file for decoding. With `hashing`, what is read in order goes into the hash at once.
 *
 * @throws RefoleyError as {@link fileError}; `input` for a folder or a device
 */
export async function openAudioFile(path: string, hashing: boolean): Promise<AudioFile> {
  const inWords = <T>(work: Promise<T>): Promise<T> =>
    work.catch((cause: unknown) => {
      throw fileError(cause, path);
    });
  // Without O_NONBLOCK a named pipe would wait for a writer for ever. Windows has neither: undefined counts as 0.
  const file = await inWords(open(path, constants.O_RDONLY | constants.O_NONBLOCK));
  const hash = hashing ? createHash('sha256') : undefined;
  let hashed = 0;
  try {
    const facts = await inWords(file.stat());
    const { size, mtimeMs } = facts;
    if (!facts.isFile()) throw notAFile(path);

    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await inWords(file.read(bytes, filled, length - filled, offset + filled));
        if (bytesRead === 0) throw changed(path);
        filled += bytesRead;
      }
      return bytes;
    };
    const hashUpTo = async (end: number): Promise<void> => {
      while (hashed < end) {
        const bytes = await read(hashed, Math.min(STRIDE, end - hashed));
        hash?.update(bytes);
        hashed += bytes.length;
      }
    };

    return {
      source: { size, read: (offset, length) => readAt(file.fd, offset, Math.min(length, size - offset)) },
      async read(offset, length) {
        if (hash && offset > hashed) await hashUpTo(offset);
        const bytes = await read(offset, length);
        if (hash && offset === hashed) {
          hash.update(bytes);
          hashed += length;
        }
        return bytes;
      },
      async requireUnchanged() {
        const now = await inWords(file.stat());
        if (now.size !== size || now.mtimeMs !== mtimeMs) throw changed(path);
      },
      async sha256() {
        if (!hash) throw new RefoleyError('internal', 'the file was opened without its hash: ask for it');
        await hashUpTo(size);
        return hash.copy().digest('hex');
      },
      close: () => inWords(file.close()),
    };
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

function changed(path: string): RefoleyError {
  return new RefoleyError(
    'unavailable',
    `${path} changed while it was read: wait until it is complete, then scan again`,
  );
}
