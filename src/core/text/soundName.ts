/** Words that say that a file is a recording, not of what. */
const GENERIC = words(`audio sfx fx soundfx snd effect effects rec recording recordings take takes tk untitled
  unnamed unknown new noname default export mixdown wav bwf flac ogg oga opus mp3 m4a aif aiff stereo mono ste trk
  var variation variant alt ver version misc lib various other temp tmp`);
/** The same when they stand alone; beside a telling word they belong to it: "paper clip", "ball bounce". */
const GENERIC_ALONE =
  words(`sound sounds a and the of in on to with track file clip sample samples mix master edit copy record
  voice zoom mic memo loop test st lr ms tr dr raw final all bounce wave library stem channel region marker
  artist album title name no none comment description`);
/** Folders that hold files of any kind, by their whole names. */
const STORAGE =
  words(`usr share src dat data local opt home users volumes mnt media documents downloads desktop
  dropbox resource resources asset assets content contents public package packages addons plugins core common
  commondata global stock files folder`);
/** Words that say how a sound is or what happens, not to what: such a name takes its folder along. */
const HOW =
  words(`close closed closing open opened opening shut start starting stop stopping begin end ending on
  off in out up down left right hit hits hurt pain die dies dying dead death attack idle walk walking run running
  jump land landing fall falling move moving movement select selected order ready yes no ok ack shot shoot fire
  reload loop long short medium soft hard loud quiet low high slow fast light heavy big small large near far distant
  dry wet inside outside interior exterior int ext single double multiple constant steady normal first second
  primary secondary`);

const FORMAT = /^(?:\d+(?:\.\d+)?k(?:hz)?|\d+(?:bit|bits|b|hz|ch|[a-d])|(?:v|t|tk|take|ver)\d+|[\d.]+)$/;
const UUID = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi;
/** How Freesound names downloads: number, user, title. */
const FREESOUND = /^\d+__.+?__(.+)$/;
/** "Timpani (L)": one side of a stereo pair. */
const SIDE = /[([](?:L|R|C|LR|MS)[)\]]/g;
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
  return nameWords(FREESOUND.exec(base)?.[1] ?? base);
}

/** The words of a folder; '' when it says where files lie rather than what they are: "Takes", "media". */
export function folderWords(name: string): string {
  return STORAGE.has(name.toLowerCase()) ? '' : nameWords(name);
}

/** The words of a title: separators, take numbers, formats and hashes removed, in lower case. */
export function nameWords(name: string): string {
  const tokens = spaced(name.replace(UUID, ' ').replace(SIDE, ' ')).toLowerCase().split(' ').map(withoutTake);
  const named = tokens.filter(
    (token, index) =>
      token !== '' &&
      !FORMAT.test(token) &&
      !isHash(token) &&
      // "Plane takes off" is no take.
      (!GENERIC.has(token) || (/^takes?$/.test(token) && tokens[index + 1] === 'off')),
  );
  // "sounds_crow_caw" is of a set called "sounds".
  if (named.length > 1 && /^sounds?$/.test(named[0] ?? '') && !/^(?:of|from|check)$/.test(named[1] ?? '')) {
    named.shift();
  }
  const telling = named.some((token) => !GENERIC_ALONE.has(token) && isWord(token));
  return telling ? named.join(' ') : '';
}

/** Whether the words say how a sound is, or what happens, and not to what: "heavy", "door close" does not. */
export function saysOnlyHow(words: string): boolean {
  return words.split(' ').every((word) => HOW.has(word) || GENERIC_ALONE.has(word));
}

/** Whether a text looks like the name of a file rather than like a sentence. */
export function looksLikeFileName(text: string): boolean {
  return /\.(?:wav|wave|bwf|flac|ogg|oga|opus|mp3|m4a|aiff?|aifc)$/i.test(text) || /^\S*[_]\S*$/.test(text);
}

/** Two consonants name nothing ("sp", "fs"); any longer word may, and one of another script. */
function isWord(token: string): boolean {
  return /\p{L}{2}|\p{Lo}/u.test(token) && !/^[bcdfghjklmnpqrstvwxz]{2}\d*$/.test(token);
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

/** "slam03" and "slam03a" are "slam"; "ak47" and "c4" keep the number, which is part of the name. */
function withoutTake(token: string): string {
  return token.replace(/^(\p{L}{3,})\d{1,4}[a-d]?$/u, '$1');
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
