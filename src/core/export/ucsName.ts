/** What a file name of the Universal Category System says: `CatID_FXName_CreatorID_SourceID_01.wav`. */
export interface UcsNaming {
  /** On the list, in its spelling: `DOORWood`. */
  readonly catId: string;
  /** A brief title. */
  readonly fxName: string;
  /** Who made it, and for what: abbreviations of the user's own. */
  readonly creatorId: string;
  readonly sourceId: string;
}

/** Said where nobody has an id; UCS leaves no block of a name empty. */
const NOBODY = 'NONE';
/** Bytes of UTF-8 that every file system takes for one name. */
const MOST_BYTES = 255;
/** The number and the extension: `_100.wav`. */
const TAIL_BYTES = 12;
const ID_BYTES = 40;
/** Of FXName, that UCS advises. */
const TITLE_LENGTH = 25;
/** Not allowed in names on Windows, macOS or Linux, and the underscore, which divides the blocks of UCS. */
// eslint-disable-next-line no-control-regex -- those characters are what it is about
const ILLEGAL = /[\u0000-\u001f\u007f-\u009f\\/:*?"<>|_\u200b-\u200f\u2028\u2029\ufeff\ufffd]/gu;

/**
 * The common part of the names of a set, without number and extension. Characters that a file system or UCS forbids become
 * spaces; FXName gives way where the whole would be longer than a file system takes.
 * https://universalcategorysystem.com, version 8.2.1
 *
 * @returns NFC, at most 243 bytes of UTF-8
 */
export function ucsStem({ catId, fxName, creatorId, sourceId }: UcsNaming): string {
  const ids = [creatorId, sourceId].map((id) => cut(block(id), ID_BYTES));
  const [creator, source] = ids.map((id) => id || NOBODY);
  const around = `${catId}__${creator ?? NOBODY}_${source ?? NOBODY}`;
  const title = cut(block(fxName) || 'Untitled', MOST_BYTES - TAIL_BYTES - bytes(around));
  return `${catId}_${title}_${creator ?? NOBODY}_${source ?? NOBODY}`;
}

/**
 * Names of a set: one stem, numbers in a row, the first after the highest that is in use, so that no file is replaced and a
 * set stays together. Names that differ in case alone are the same to most file systems.
 *
 * @param taken names in the folder
 */
export function numberedNames(
  stem: string,
  count: number,
  taken: readonly string[],
  extension = '.wav',
): string[] {
  const start = `${folded(stem)}_`;
  const used = taken
    .map(folded)
    .filter((name) => name.startsWith(start) && name.endsWith(extension))
    .map((name) => name.slice(start.length, -extension.length))
    .filter((number) => /^\d{1,9}$/.test(number))
    .map(Number);
  const first = used.reduce((most, number) => Math.max(most, number), 0) + 1;
  const digits = Math.max(2, String(first + count - 1).length);
  return Array.from(
    { length: count },
    (_, place) => `${stem}_${String(first + place).padStart(digits, '0')}${extension}`,
  );
}

/** Words of a prompt as an FXName: capitals at their beginnings, no longer than the 25 characters that UCS advises. */
export function fxNameOf(prompt: string): string {
  const words = block(prompt.replace(/[.,;!()[\]]/g, ' ')).split(' ');
  const kept: string[] = [];
  for (const word of words) {
    if ([...kept, word].join(' ').length > TITLE_LENGTH) break;
    kept.push(word);
  }
  const title = kept.join(' ') || cut(words[0] ?? '', TITLE_LENGTH);
  return title.replace(/(^|\s)\p{Ll}/gu, (letter) => letter.toUpperCase());
}

/** One block of a name. */
function block(text: string): string {
  return text
    .normalize('NFC')
    .toWellFormed()
    .replace(ILLEGAL, ' ')
    .replace(/\s+/gu, ' ')
    .replace(/^[ .]+|[ .]+$/g, '');
}

/** As many whole characters as fit. */
function cut(text: string, most: number): string {
  let end = '';
  for (const character of text) {
    if (bytes(end + character) > most) break;
    end += character;
  }
  return end.replace(/[ .]+$/, '');
}

/** Of UTF-8. */
function bytes(text: string): number {
  let sum = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    sum += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return sum;
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
