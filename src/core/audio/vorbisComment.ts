import { encodeUtf8 } from './encoding.ts';
import { viewOf } from './riff.ts';

/** A field and its text; a name may come more than once. */
export type Comment = readonly [name: string, text: string];

const VENDOR = 'Refoley';

/** Encodes a list of comments as FLAC and Vorbis hold it (Vorbis I, 5.2.1), without a framing bit. */
export function encodeComments(comments: readonly Comment[]): Uint8Array {
  const lines = comments.map(([name, text]) =>
    encodeUtf8(`${name.replace(/[^\x20-\x3c\x3e-\x7d]/g, '_')}=${text.toWellFormed().replaceAll('\0', '')}`),
  );
  const vendor = encodeUtf8(VENDOR);
  const size = lines.reduce((sum, { length }) => sum + 4 + length, 8 + vendor.length);
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  let at = 0;
  const count = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const text = (line: Uint8Array): void => {
    count(line.length);
    bytes.set(line, at);
    at += line.length;
  };
  text(vendor);
  count(lines.length);
  for (const line of lines) text(line);
  return bytes;
}
