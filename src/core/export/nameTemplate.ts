import { RefoleyError } from '../errors.ts';
import {
  byteLength,
  cut,
  folded,
  highestNumber,
  illegalIn,
  isReserved,
  legal,
  MOST_BYTES,
} from './legalName.ts';
import { ucsBlocks } from './ucsName.ts';

/** What can stand in braces; `number` counts, the others are said of each file. */
const TEXTS = {
  ...{ catId: '', fxName: '', creatorId: '', sourceId: '' },
  ...{ name: '', prompt: '', region: '', layer: '', date: '' },
};
const NUMBERS = { seed: 0, take: 0, rate: 0, bits: 0 };
type TextToken = keyof typeof TEXTS;
type NumberToken = keyof typeof NUMBERS;
type Token = TextToken | NumberToken | 'number';

/** What is known of a file that is to be named. What is not known leaves its place empty. */
export type NameFields = Readonly<
  Partial<Record<TextToken, string | undefined>> & Partial<Record<NumberToken, number | undefined>>
>;

/** A template taken apart: texts as they stand, and tokens, for numbers with the digits that they have at least. */
export type TemplatePart = { readonly text: string } | { readonly token: Token; readonly digits: number };

/** As the Universal Category System names files. */
export const UCS_TEMPLATE = '{catId}_{fxName}_{creatorId}_{sourceId}_{number:02}';

/** Of a prompt, in characters. */
const PROMPT_LENGTH = 60;
const MOST_DIGITS = 9;

/**
 * Reads a template of file names such as `{catId}_{fxName}_{number:02}`.
 *
 * @throws RefoleyError `input` with the reason: an unknown token, a brace that is not closed, a character that no name may hold, a
 *   way into another folder
 */
export function parseTemplate(template: string): TemplatePart[] {
  if (/[\\/]/.test(template))
    throw refused(
      `"${template}" leads into another folder: choose the folder, and a template of names in it`,
    );
  return template
    .normalize('NFC')
    .split(/(\{[^{}]*\})/)
    .filter((text) => text !== '')
    .map((text) => (text.startsWith('{') && text.endsWith('}') ? token(text) : literal(text)));
}

/**
 * Gives names by a template, none of them twice and none that is taken: numbers go on after the highest in use, and where the template
 * has none, `_2` and so on follows. FXName gives way where a name would be longer than a file system takes.
 *
 * @param taken names in the folder
 * @throws RefoleyError as `parseTemplate`; each name: `input` where it would be empty, too long or reserved on Windows
 */
export function createNamer(
  template: string,
  taken: readonly string[],
): (fields: NameFields, extension: string) => string {
  const parts = parseTemplate(template);
  const used = new Set(taken.map(folded));
  return (fields, extension) => {
    const [before, after, digits] = around(parts, fields, extension);
    let number = digits === undefined ? 1 : highestNumber(used, before, after) + 1;
    const nameOf = (): string => {
      if (digits !== undefined) return before + String(number).padStart(digits, '0') + after;
      return number === 1 ? before + after : `${before}_${number}${after}`;
    };
    while (used.has(folded(nameOf()))) number++;
    const name = nameOf();
    requireGood(name, extension);
    used.add(folded(name));
    return name;
  };
}

/** What stands before and after the first number, and its digits; the name and its extension where there is none. */
function around(
  parts: readonly TemplatePart[],
  fields: NameFields,
  extension: string,
): [before: string, after: string, digits?: number] {
  const at = parts.findIndex((part) => 'token' in part && part.token === 'number');
  const counter = parts[at];
  const digits = counter && 'token' in counter ? counter.digits : undefined;
  const write = (own: readonly TemplatePart[], texts: NameFields): string =>
    own.map((part) => ('text' in part ? part.text : valueOf(part.token, part.digits, texts))).join('');
  const split = (texts: NameFields): [string, string] =>
    at < 0
      ? [write(parts, texts), extension]
      : [write(parts.slice(0, at), texts), write(parts.slice(at + 1), texts) + extension];
  const texts = legalFields(fields);
  const tooMany = byteLength(split(texts).join('')) + MOST_DIGITS - MOST_BYTES;
  const fxName = cut(texts.fxName ?? '', Math.max(1, byteLength(texts.fxName ?? '') - Math.max(0, tooMany)));
  return [...split({ ...texts, fxName }), ...(digits === undefined ? [] : [digits])] as [
    string,
    string,
    number?,
  ];
}

function legalFields(fields: NameFields): NameFields {
  const { catId = '', fxName = '', creatorId = '', sourceId = '' } = fields;
  const texts = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? legal(value) : value,
  ]);
  return {
    ...(Object.fromEntries(texts) as NameFields),
    ...ucsBlocks({ catId: legal(catId), fxName, creatorId, sourceId }),
    prompt: shortened(legal(fields.prompt ?? '')),
  };
}

function valueOf(name: Token, digits: number, fields: NameFields): string {
  const value = name === 'number' ? undefined : fields[name];
  if (value === undefined) return '';
  return typeof value === 'number' ? String(value).padStart(digits, '0') : value;
}

function shortened(prompt: string): string {
  return prompt.length <= PROMPT_LENGTH
    ? prompt
    : prompt
        .slice(0, PROMPT_LENGTH + 1)
        .replace(/\s\S*$/, '')
        .slice(0, PROMPT_LENGTH)
        .toWellFormed();
}

function token(text: string): TemplatePart {
  const [, name = '', width] = /^\{(\w*)(?::0?(\d))?\}$/.exec(text) ?? [];
  if (!isToken(name)) {
    const known = Object.keys({ ...TEXTS, ...NUMBERS }).map((each) => `{${each}}`);
    throw refused(`${text} is no part of a name: use ${known.join(' ')} {number:02}`);
  }
  if (width !== undefined && name in TEXTS)
    throw refused(`${text} is no number: leave out its digits, ":${width}"`);
  return { token: name, digits: Number(width ?? 1) };
}

function isToken(name: string): name is Token {
  return name === 'number' || Object.hasOwn(TEXTS, name) || Object.hasOwn(NUMBERS, name);
}

function literal(text: string): TemplatePart {
  if (/[{}]/.test(text))
    throw refused(`"${text}" has a brace without its other one: write {name} for instance`);
  const illegal = illegalIn(text);
  if (illegal !== undefined)
    throw refused(`${JSON.stringify(illegal)} cannot stand in a file name: leave it out`);
  return { text };
}

function requireGood(name: string, extension: string): void {
  const stem = name.slice(0, -extension.length);
  if (stem.trim() === '') throw refused('the template gives a file no name: add {name} or {number:02}');
  if (/^[ .]|[ .]$/.test(stem))
    throw refused(`"${name}" begins or ends with a blank or a dot, which not every system keeps: change it`);
  if (isReserved(name)) throw refused(`"${name}" is the name of a device on Windows: change the template`);
  if (byteLength(name) > MOST_BYTES)
    throw refused(`a name of ${byteLength(name)} bytes is longer than the ${MOST_BYTES} that a system takes`);
}

function refused(message: string): RefoleyError {
  return new RefoleyError('input', message);
}
