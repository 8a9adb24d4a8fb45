import { decodeText, encodeUtf8 } from './encoding.ts';
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

/** Reads a list of comments as far as it goes: what is damaged says nothing. */
export function decodeComments(bytes: Uint8Array): Comment[] {
  const view = viewOf(bytes);
  let at = 0;
  const line = (): string | undefined => {
    const end = at + 4 <= bytes.length ? at + 4 + view.getUint32(at, true) : Infinity;
    if (end > bytes.length) return undefined;
    const text = decodeText(bytes.subarray(at + 4, end));
    at = end;
    return text;
  };
  if (line() === undefined) return [];
  // Their number: the list ends where it ends.
  at += 4;
  const comments: Comment[] = [];
  for (let text = line(); text !== undefined; text = line()) {
    const sign = text.indexOf('=');
    if (sign > 0) comments.push([text.slice(0, sign), text.slice(sign + 1)]);
  }
  return comments;
}
