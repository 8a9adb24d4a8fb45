import { RefoleyError } from '#core/errors.ts';
import { viewOf } from './riff.ts';

/** A chunk to write: a four-character id and its payload. */
export type ChunkToWrite = { readonly id: string; readonly payload: Uint8Array };

/**
 * Joins chunks into the bytes of a `RIFF` file or a `LIST` chunk of the given form type, each padded to an even length.
 *
 * @throws RefoleyError `input` when the result passes the 4 GiB that a 32-bit size can tell.
 */
export function writeRiff(outer: 'RIFF' | 'LIST', form: string, chunks: readonly ChunkToWrite[]): Uint8Array {
  const size = chunks.reduce((sum, { payload }) => sum + 8 + padded(payload.length), 4);
  if (size > 0xffff_ffff) throw tooLarge();
  const bytes = new Uint8Array(8 + size);
  const view = viewOf(bytes);
  writeFourCc(bytes, 0, outer);
  view.setUint32(4, size, true);
  writeFourCc(bytes, 8, form);
  let position = 12;
  for (const { id, payload } of chunks) {
    writeFourCc(bytes, position, id);
    view.setUint32(position + 4, payload.length, true);
    bytes.set(payload, position + 8);
    position += 8 + padded(payload.length);
  }
  return bytes;
}

export function tooLarge(): RefoleyError {
  return new RefoleyError('input', 'the file would be larger than 4 GiB; render it in shorter pieces');
}

function padded(length: number): number {
  return length + (length % 2);
}

function writeFourCc(bytes: Uint8Array, offset: number, id: string): void {
  for (let index = 0; index < 4; index++) bytes[offset + index] = id.charCodeAt(index);
}
