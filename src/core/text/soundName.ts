/** Words that say that a file is a recording, not of what. */
const GENERIC = words(`audio sfx fx effect effects rec recording recordings take takes tk untitled unnamed
  new noname bounce export mixdown wav wave bwf flac ogg oga opus mp3 aif aiff stereo mono ste trk var variation
  variant alt ver version misc library lib various other temp tmp`);
/** The same when they stand alone; beside a telling word they belong to it: "paper clip", "sound of the sea". */
const GENERIC_ALONE =
  words(`sound sounds a and the of in on to with track file clip sample samples mix master edit copy record
  voice zoom mic memo loop test st lr ms tr dr raw final all`);

const FORMAT = /^(?:\d+(?:\.\d+)?k(?:hz)?|\d+(?:bit|bits|b|hz|ch|[a-d])|(?:v|t|tk|take|ver)\d+|[\d.]+)$/;
const UUID = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi;
/** How Freesound names downloads: number, user, title. */
const FREESOUND = /^\d+__.+?__(.+)$/;
const EXTENSION = /\.[a-z][a-z0-9]{1,4}$/i;

export interface UcsName {
  readonly catId: string;
  /** '' when there is none. */
  readonly userCategory: string;
  readonly fxName: string;
}

/**
 * Reads a file name of the Universal Category System, `CatID(-UserCategory)_FXName_CreatorID_SourceID(_UserData)`.
 * Undefined for any other name: a CatID counts only when it is on the list.
 * https://universalcategorysystem.com
 */
export function parseUcsName(file: string, isCatId: (word: string) => boolean): UcsName | undefined {
  const [first = '', fxName] = file.replace(EXTENSION, '').split('_');
  const dash = first.indexOf('-');
  const catId = dash < 0 ? first : first.slice(0, dash);
  if (fxName === undefined || !isCatId(catId)) return undefined;
  return { catId, userCategory: dash < 0 ? '' : spaced(first.slice(dash + 1)).toLowerCase(), fxName };
}

/** The words of a file name: "Door_Slam-Wood 03.wav" is "door slam wood"; '' when it names nothing. */
export function fileWords(name: string): string {
  const base = name.replace(EXTENSION, '');
  return folderWords(FREESOUND.exec(base)?.[1] ?? base);
}

/** The words of a folder or a title: separators, take numbers, formats and hashes removed, in lower case. */
export function folderWords(name: string): string {
  const tokens = spaced(name.replace(UUID, ' ')).toLowerCase().split(' ').map(withoutTake);
  const named = tokens.filter(
    (token) => token !== '' && !FORMAT.test(token) && !isHash(token) && !GENERIC.has(token),
  );
  const telling = named.some((token) => !GENERIC_ALONE.has(token) && /\p{L}{2}|\p{Lo}/u.test(token));
  return telling ? named.join(' ') : '';
}

/** Spaces for separators and at the humps of CamelCase; apostrophes inside words and decimal points stay. */
function spaced(text: string): string {
  return text
    .normalize('NFC')
    .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .replace(/(\p{Lu})(?=\p{Lu}\p{Ll}{2})/gu, '$1 ')
    .replace(/[^\p{L}\p{M}\p{N}'’.]+/gu, ' ')
    .replace(/(?<!\d)\.|\.(?!\d)/g, ' ')
    .replace(/(^|\s)['’]+|['’]+(?=\s|$)/g, '$1')
    .trim();
}

/** "slam03" is "slam"; "ak47" and "c4" keep the number, which is part of the name. */
function withoutTake(token: string): string {
  return token.replace(/^(\p{L}{3,})\d{1,4}$/u, '$1');
}

/** Hexadecimal or mixed noise that no one reads: "3f9a81c2", "x8k2p9q41". */
function isHash(token: string): boolean {
  const digits = token.match(/\d/g)?.length ?? 0;
  if (/^[0-9a-f]{8,}$/.test(token) && digits > 0) return true;
  return token.length >= 8 && digits >= 3 && /\d\p{L}+\d/u.test(token);
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}
