import { RefoleyError } from '#core/errors.ts';
import { decodeText, encodeUtf8 } from './encoding.ts';
import { byteSource, fourCc, readChunk, viewOf, walkChunks } from './riff.ts';
import { writeRiff } from './riffWrite.ts';

/** RIFF INFO tags by what they hold. */
export type InfoTags = {
  /** Title. */
  readonly INAM?: string | undefined;
  /** Creator. */
  readonly IART?: string | undefined;
  /** Category. */
  readonly IGNR?: string | undefined;
  /** Notes. */
  readonly ICMT?: string | undefined;
  /** Library. */
  readonly IPRD?: string | undefined;
  /** Keywords. */
  readonly IKEY?: string | undefined;
  /** Software. */
  readonly ISFT?: string | undefined;
  /** Date of creation, yyyy-mm-dd. */
  readonly ICRD?: string | undefined;
};

const INFO_ORDER = ['INAM', 'IART', 'IGNR', 'ICMT', 'IPRD', 'IKEY', 'ISFT', 'ICRD'] as const;

/**
 * Encodes the payload of a `LIST` chunk of type INFO: UTF-8 strings ended by NUL, empty ones left out. Tags of another name
 * follow the known ones.
 */
export function encodeInfo(tags: InfoTags & Readonly<Record<string, string | undefined>>): Uint8Array {
  const ids = new Set<string>([...INFO_ORDER, ...Object.keys(tags)]);
  const chunks = [...ids].flatMap((id) => {
    const text = tags[id]?.replaceAll('\0', '') ?? '';
    return text === '' ? [] : [{ id, payload: encodeUtf8(`${text}\0`) }];
  });
  return writeRiff('LIST', 'INFO', chunks).subarray(8);
}

/**
 * Decodes the payload of a `LIST` chunk of type INFO to its tags by id, whatever ids there are; the first of each counts.
 *
 * @throws RefoleyError `input` when the list is of another type; `corrupt` when the tags are absurdly many.
 */
export function decodeInfo(payload: Uint8Array): ReadonlyMap<string, string> {
  if (fourCc(viewOf(payload), 0) !== 'INFO') {
    throw new RefoleyError('input', 'this LIST chunk is not of type INFO; look at the others in the file');
  }
  const source = byteSource(payload);
  const tags = new Map<string, string>();
  for (const chunk of walkChunks(source, 4)) {
    if (!tags.has(chunk.id)) tags.set(chunk.id, decodeText(readChunk(source, chunk)));
  }
  return tags;
}
