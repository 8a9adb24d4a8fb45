import { z } from 'zod';
import { decodeText } from '#core/audio/encoding.ts';
import type { TextFields } from './textFields.ts';

/** The blocks of tags by the names that their reader gives them. */
const BLOCKS: Readonly<Record<string, string>> = {
  vorbis: 'Vorbis',
  iTunes: 'MP4',
  APEv2: 'APE',
  ID3v1: 'ID3v1',
};

/** Comments and lyrics have a language and a descriptor, links a description. */
const describedText = z.union([
  z.object({ descriptor: z.string().optional(), text: z.string() }).transform(({ descriptor, text }) => ({
    descriptor,
    text,
  })),
  z.object({ description: z.string().optional(), url: z.string() }).transform(({ description, url }) => ({
    descriptor: description,
    text: url,
  })),
]);

/** JSON of Refoley's own, which is no text for people. */
const OURS = /^REFOLEY_/;

/** Adds the texts among tags of any kind; pictures and other data are left out. */
export function addTags(
  native: Readonly<Record<string, readonly { readonly id: string; readonly value: unknown }[]>>,
  fields: TextFields,
): void {
  for (const [type, tags] of Object.entries(native)) {
    const block = BLOCKS[type] ?? (type.startsWith('ID3v2') ? 'ID3' : type);
    for (const { id, value } of tags) if (!OURS.test(id)) addTag(`${block}/${id}`, value, fields);
  }
}

function addTag(name: string, value: unknown, fields: TextFields): void {
  if (typeof value === 'string') fields.add(name, asMeant(value));
  else if (typeof value === 'number') fields.add(name, String(value));
  else {
    const described = describedText.safeParse(value);
    if (!described.success) return;
    const { descriptor, text } = described.data;
    fields.add(descriptor ? `${name}:${descriptor}` : name, asMeant(text));
  }
}

/** Tags that call themselves Latin-1 often hold UTF-8 or Shift-JIS: where the bytes read as such, they are. */
function asMeant(text: string): string {
  if (!/[\x80-\xff]/.test(text) || /[^\0-\xff]/.test(text)) return text;
  return decodeText(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
}
