import { byteLength, cut, highestNumber, legal, MOST_BYTES } from './legalName.ts';

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
/** The number and the extension: `_100.wav`. */
const TAIL_BYTES = 12;
const ID_BYTES = 40;
/** Of FXName, that UCS advises. */
const TITLE_LENGTH = 25;

/**
 * The common part of the names of a set, without number and extension. Characters that a file system or UCS forbids become
 * spaces; FXName gives way where the whole would be longer than a file system takes.
 * https://universalcategorysystem.com, version 8.2.1
 *
 * @returns NFC, at most 243 bytes of UTF-8
 */
export function ucsStem(naming: UcsNaming): string {
  const { catId, fxName, creatorId, sourceId } = ucsBlocks(naming);
  const around = `${catId}__${creatorId}_${sourceId}`;
  return `${catId}_${cut(fxName, MOST_BYTES - TAIL_BYTES - byteLength(around))}_${creatorId}_${sourceId}`;
}

/** The blocks of a name as they can stand in one; none is empty. */
export function ucsBlocks({ catId, fxName, creatorId, sourceId }: UcsNaming): UcsNaming {
  const id = (text: string): string => cut(block(text), ID_BYTES) || NOBODY;
  return {
    catId,
    fxName: block(fxName) || 'Untitled',
    creatorId: id(creatorId),
    sourceId: id(sourceId),
  };
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
  const first = highestNumber(taken, `${stem}_`, extension) + 1;
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

/** One block of a name. The underscore divides blocks. */
function block(text: string): string {
  return legal(text.replaceAll('_', ' '));
}
