import { XMLParser, XMLValidator } from 'fast-xml-parser';

import { RefoleyError } from '#core/errors.ts';
import type { Bext } from './bext.ts';
import { ixmlElements, type IxmlDocument } from './ixmlElements.ts';

/** Element names and their texts, in the order in which they are written. */
export type IxmlFields = Readonly<Record<string, string | undefined>>;

/** An iXML document to write. Empty texts are left out. */
export type Ixml = {
  readonly project?: string | undefined;
  /** "A unique number which identifies this physical FILE". */
  readonly fileUid?: string | undefined;
  /** ORIGINAL_FILENAME, PARENT_FILENAME, PARENT_UID: what the file was made of. */
  readonly history?: IxmlFields | undefined;
  /** Free note of the file. */
  readonly note?: string | undefined;
  /** Soundminer's and BaseHead's fields, in capitals: CATEGORY, CATID, FXNAME, DESCRIPTION, KEYWORDS, ... */
  readonly user?: IxmlFields | undefined;
  /** The fields of ASWG-G006, in camel case: contentType, catId, fxName, usageRights, ... */
  readonly aswg?: IxmlFields | undefined;
  /** Mirrored with its whole Unicode text, which the `bext` chunk itself cannot hold. */
  readonly bext?: Bext | undefined;
  /** A recipe as JSON text. */
  readonly recipeJson?: string | undefined;
  /** An edit list, and what the edited file came from, as JSON texts. */
  readonly editJson?: string | undefined;
  readonly originJson?: string | undefined;
  /** Another document, of which everything is kept that this one does not say. */
  readonly kept?: IxmlDocument | undefined;
};

/** What is read back of an iXML document. */
export type IxmlRead = {
  readonly user: Readonly<Record<string, string>>;
  readonly aswg: Readonly<Record<string, string>>;
  /**
   * Every text of the document by its path below the root, known or not: `USER/FXNAME`, `SPEED/TIMECODE_RATE`,
   * `TRACK_LIST/TRACK[2]/NAME`. What is JSON of Refoley's own is not among them.
   */
  readonly fields: ReadonlyMap<string, string>;
  readonly recipeJson?: string;
  readonly editJson?: string;
  readonly originJson?: string;
};

const IXML_VERSION = '1.61';
const RECIPE_FORMAT = '1';
/** Elements of Refoley's own that hold JSON. */
const JSON_ELEMENTS = { recipeJson: 'RECIPE', editJson: 'EDIT', originJson: 'ORIGIN' } as const;
const JSON_PATHS = new Set(Object.values(JSON_ELEMENTS).map((name) => `REFOLEY/${name}`));
/** Far above any real document; what is larger is not worth the time to parse it. */
const MAX_CHARACTERS = 8_000_000;
const NOT_XML = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/**
 * Writes an iXML document (http://www.ixml.info, version 1.61). Characters that XML 1.0 forbids are dropped from texts;
 * JSON is written in ASCII with \u escapes, so that it survives any re-encoding exactly. What is kept of another document
 * is kept to the character.
 *
 * @throws RefoleyError `input` when a field's name is not an XML name.
 */
export function writeIxml(ixml: Ixml): string {
  const { project, note, fileUid, history = {}, user = {}, aswg = {}, bext, kept, ...json } = ixml;
  const body = [
    element('IXML_VERSION', IXML_VERSION),
    textElement('PROJECT', project),
    textElement('FILE_UID', fileUid),
    textElement('NOTE', note),
    group('HISTORY', history, contentOf(kept, 'HISTORY')),
    group('BEXT', bext ? bextFields(bext) : {}),
    group('USER', user, contentOf(kept, 'USER')),
    group('ASWG', aswg, contentOf(kept, 'ASWG')),
    refoleyElement(json),
  ].filter(Boolean);
  const said = new Set(ixmlElements(body.join('')).map(({ name }) => name));
  const others = kept?.elements.filter(({ name }) => !said.has(name)) ?? [];
  const inner = [...body, ...others.map(({ xml }) => xml)].join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<BWFXML${kept?.attributes ?? ''}>\n${inner}\n</BWFXML>\n`;
}

/**
 * Reads the fields of USER and ASWG, the recipe and every other text out of an iXML document. Of a repeated element
 * the first counts for USER and ASWG, and USER as free text, as older recorders write it, has no fields.
 *
 * @throws RefoleyError `corrupt` when it is not well-formed XML, brings a document type (whose entities could blow up
 * or reach for files), or its root is not BWFXML.
 */
export function readIxml(text: string): IxmlRead {
  const document = text.replace(/^\ufeff/, '').trim();
  const root = child(parseXml(document), 'BWFXML');
  if (root === undefined) throw badIxml('its root element is not BWFXML');
  const refoley = child(root, 'REFOLEY');
  const json = Object.entries(JSON_ELEMENTS).flatMap(([key, name]) => {
    const text = textOf(child(refoley, name));
    return text === undefined ? [] : [[key, text] as const];
  });
  return {
    user: textFields(child(root, 'USER')),
    aswg: textFields(child(root, 'ASWG')),
    fields: new Map(leaves(root, '')),
    ...(Object.fromEntries(json) as Partial<Record<keyof typeof JSON_ELEMENTS, string>>),
  };
}

function parseXml(document: string): unknown {
  if (document.length > MAX_CHARACTERS) throw badIxml('it is too large');
  if (/<!DOCTYPE/i.test(document)) throw badIxml('it brings a document type, which iXML does not allow');
  const parser = new XMLParser({
    ignoreAttributes: true,
    parseTagValue: false,
    trimValues: false,
    // Numeric references such as &#13; are only decoded with the named ones of HTML.
    htmlEntities: true,
  });
  try {
    // The parser lets unclosed elements pass. The package that follows this check brings a rule engine we do not need.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const validity = XMLValidator.validate(document);
    if (validity !== true) throw new Error(validity.err.msg);
    const parsed: unknown = parser.parse(document);
    return parsed;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    // It may quote a whole damaged document.
    throw badIxml(message.replace(/\s+/g, ' ').slice(0, 120));
  }
}

function bextFields(bext: Bext): IxmlFields {
  const time = bext.timeReference ?? 0n;
  const decimals = (value: number | undefined): string | undefined =>
    value !== undefined && Number.isFinite(value) ? value.toFixed(2) : undefined;
  return {
    BWF_DESCRIPTION: bext.description,
    BWF_ORIGINATOR: bext.originator,
    BWF_ORIGINATOR_REFERENCE: bext.originatorReference,
    BWF_ORIGINATION_DATE: bext.originationDate,
    BWF_ORIGINATION_TIME: bext.originationTime,
    BWF_TIME_REFERENCE_LOW: String(time & 0xffff_ffffn),
    BWF_TIME_REFERENCE_HIGH: String(time >> 32n),
    BWF_VERSION: '2',
    BWF_CODING_HISTORY: bext.codingHistory,
    BWF_LOUDNESS_VALUE: decimals(bext.loudnessValue),
    BWF_LOUDNESS_RANGE: decimals(bext.loudnessRange),
    BWF_MAX_TRUE_PEAK_LEVEL: decimals(bext.maxTruePeakLevel),
    BWF_MAX_MOMENTARY_LOUDNESS: decimals(bext.maxMomentaryLoudness),
    BWF_MAX_SHORT_TERM_LOUDNESS: decimals(bext.maxShortTermLoudness),
  };
}

function refoleyElement(json: Pick<Ixml, keyof typeof JSON_ELEMENTS>): string {
  const { recipeJson, editJson, originJson } = json;
  const parts = [
    recipeJson === undefined
      ? ''
      : element('RECIPE_FORMAT', RECIPE_FORMAT) + element(JSON_ELEMENTS.recipeJson, asciiJson(recipeJson)),
    editJson === undefined ? '' : element(JSON_ELEMENTS.editJson, asciiJson(editJson)),
    originJson === undefined ? '' : element(JSON_ELEMENTS.originJson, asciiJson(originJson)),
  ].join('');
  return parts === '' ? '' : element('REFOLEY', parts);
}

function contentOf(kept: IxmlDocument | undefined, name: string): string {
  return kept?.elements.find((candidate) => candidate.name === name)?.content ?? '';
}

/** @param kept content of the same element in another document; what the fields do not say is taken from it */
function group(name: string, fields: IxmlFields, kept = ''): string {
  const own = Object.entries(fields).flatMap(([field, text]) => textElement(field, text) || []);
  const said = new Set(ixmlElements(own.join('')).map((said) => said.name));
  const children = ixmlElements(kept);
  // Older recorders write USER as free text.
  const free = children.reduce((text, { xml }) => text.replace(xml, ''), kept).trim();
  const others = children.filter((child) => !said.has(child.name)).map(({ xml }) => xml);
  const lines = [free, ...own, ...others].filter(Boolean);
  return lines.length === 0 ? '' : element(name, `\n${lines.join('\n')}\n`);
}

function textElement(name: string, text: string | undefined): string {
  const legal = text?.replace(NOT_XML, '') ?? '';
  return legal === '' ? '' : element(name, escapeXml(legal));
}

function element(name: string, content: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) {
    throw new RefoleyError('input', `"${name}" is no name for a metadata field; use letters, digits and _`);
  }
  return `<${name}>${content}</${name}>`;
}

/** A carriage return must be a reference, or every XML reader turns it into a line feed. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

/** Outside ASCII, and for the characters that mean something in XML, JSON can always say \uXXXX inside its strings. */
function asciiJson(json: string): string {
  return json.replace(
    /[^\t\n\r\x20-\x7e]|[<>&]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function child(node: unknown, name: string): unknown {
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) return undefined;
  const value: unknown = Reflect.get(node, name);
  return Array.isArray(value) ? (value as readonly unknown[])[0] : value;
}

function textFields(node: unknown): Record<string, string> {
  if (typeof node !== 'object' || node === null) return {};
  const fields = Object.keys(node).flatMap((name) => {
    const text = name === '#text' ? undefined : textOf(child(node, name));
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(fields);
}

/** The texts below a node with their paths; blanks between elements are none. */
function* leaves(node: unknown, path: string): Generator<[string, string]> {
  if (typeof node === 'string') {
    if (node.trim() !== '' && !JSON_PATHS.has(path)) yield [path, node];
  } else if (Array.isArray(node)) {
    for (const [index, item] of node.entries())
      yield* leaves(item, index === 0 ? path : `${path}[${index + 1}]`);
  } else if (typeof node === 'object' && node !== null) {
    for (const [name, value] of Object.entries(node) as [string, unknown][]) {
      if (name === '#text') yield* leaves(value, path);
      else yield* leaves(value, path === '' ? name : `${path}/${name}`);
    }
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function badIxml(what: string): RefoleyError {
  return new RefoleyError('corrupt', `the iXML of this file cannot be read (${what}); export the file again`);
}
