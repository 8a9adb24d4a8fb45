import { fileWords, folderWords, parseUcsName } from './soundName.ts';

/** Where a caption comes from, most trusted first. */
export const captionSources = ['user', 'ixml', 'bext', 'name', 'folder', 'none'] as const;
export type CaptionFrom = (typeof captionSources)[number];

export interface CaptionFacts {
  /** Path of the file within its source, with forward slashes. */
  readonly path: string;
  /** The user's own words, from a captions file or the app. */
  readonly user?: string | undefined;
  /** iXML: USER/DESCRIPTION or the like. */
  readonly ixml?: string | undefined;
  /** bext: description. */
  readonly bext?: string | undefined;
}

export interface Caption {
  /** '' when nothing says what the sound is. */
  readonly caption: string;
  readonly from: CaptionFrom;
  /** CatID that the file name claims, if it is on the UCS list. */
  readonly catId: string | null;
  /** Words of the folders above the file and of the UCS user category, for the search by words. */
  readonly tags: readonly string[];
}

const MAX_LENGTH = 400;
/** Recorders keep a line per fact in the description: `sTAKE=03`, `zSPEED=024.000-NDF`, `ARCHIVE=...`. */
const RECORDER_LINE = /^[a-z]?[A-Z0-9_]{2,}=/;

/**
 * The text of a text-audio pair: the first of user, iXML, bext, file name and folder that names the sound.
 *
 * @param isCatId whether a word is a CatID of the UCS list
 */
export function captionFor(facts: CaptionFacts, isCatId: (word: string) => boolean): Caption {
  const parts = facts.path.split('/');
  const file = parts.at(-1) ?? '';
  const folders = parts.slice(0, -1);
  const ucs = parseUcsName(file, isCatId);
  const tags = [
    ...new Set([...folders.map(folderWords), ucs?.userCategory ?? ''].filter((tag) => tag !== '')),
  ];
  const found = firstNonEmpty([
    ['user', sentence(facts.user)],
    ['ixml', sentence(facts.ixml)],
    ['bext', sentence(facts.bext)],
    ['name', ucs ? folderWords(ucs.fxName) : fileWords(file)],
    ['folder', folderCaption(folders)],
  ]);
  return { ...found, catId: ucs?.catId ?? null, tags };
}

function firstNonEmpty(
  choices: readonly (readonly [CaptionFrom, string])[],
): Pick<Caption, 'caption' | 'from'> {
  const found = choices.find(([, caption]) => caption !== '');
  return found ? { from: found[0], caption: found[1] } : { from: 'none', caption: '' };
}

/** A description as one line: recorder facts, control characters and what is too long for a caption removed. */
function sentence(text: string | undefined): string {
  const lines = (text ?? '').split(/[\r\n\0]+/).map((line) => line.replace(/[\p{C}\s]+/gu, ' ').trim());
  const kept = lines.filter((line) => line !== '' && !RECORDER_LINE.test(line)).join(' ');
  if (!/\p{L}/u.test(kept)) return '';
  if (kept.length <= MAX_LENGTH) return kept;
  return kept.slice(0, kept.lastIndexOf(' ', MAX_LENGTH) + 1 || MAX_LENGTH).trim();
}

/** `Footsteps/Wood/01.wav`: the two nearest folders that say something. */
function folderCaption(folders: readonly string[]): string {
  return folders
    .map(folderWords)
    .filter((words) => words !== '')
    .slice(-2)
    .join(' ');
}
