import { asWritten, describingText } from './describingText.ts';
import { fileWords, folderWords, nameWords, parseUcsName, saysOnlyHow } from './soundName.ts';

/** Where a caption comes from, most trusted first. */
export const captionSources = ['user', 'ixml', 'bext', 'info', 'tag', 'name', 'folder', 'none'] as const;
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
  /** RIFF INFO: notes or title. */
  readonly info?: string | undefined;
  /** ID3, Vorbis comments, MP4 or AIFF text chunks: description, comment or title. */
  readonly tag?: string | undefined;
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

/** Where a distribution installs what its packages bring. */
const SYSTEM_FOLDERS = /^(?:.*\/)?usr\/(?:local\/)?(?:share|lib)\/(?:games\/)?/;

/**
 * The text of a text-audio pair, and where it comes from. The first of these that says what the sound is:
 *
 * 1. `user`: the user's own words, from a captions file or the app, taken as they are.
 * 2. `ixml`: the description in iXML, else its FX name.
 * 3. `bext`: the description of a Broadcast WAV.
 * 4. `info`: the notes in RIFF INFO, else the title.
 * 5. `tag`: the description, the comment or the title in ID3, Vorbis comments, MP4 or AIFF text chunks.
 * 6. `name`: the words of the file name; of a UCS name its FX name. A name that only says how ("Heavy 02.wav", "close")
 *    takes the nearest folder's words along.
 * 7. `folder`: the two nearest folders that say something.
 * 8. `none`: nothing does; the sound is found by its audio.
 *
 * What metadata says counts only as {@link describingText} reads it: "Track 01" or "Lavf58.29.100" say nothing.
 *
 * @param isCatId whether a word is a CatID of the UCS list
 */
export function captionFor(facts: CaptionFacts, isCatId: (word: string) => boolean): Caption {
  const parts = facts.path.replace(SYSTEM_FOLDERS, '').split('/');
  const file = parts.at(-1) ?? '';
  const folders = wordsOfFolders(parts.slice(0, -1).join('/'));
  const ucs = parseUcsName(file, isCatId);
  const tags = [...new Set([...folders, ucs?.userCategory ?? ''].filter((tag) => tag !== ''))];
  const described = (text: string | undefined): string =>
    text === undefined ? '' : describingText(text, isCatId);
  const found = firstNonEmpty([
    ['user', asWritten(facts.user)],
    ['ixml', described(facts.ixml)],
    ['bext', described(facts.bext)],
    ['info', described(facts.info)],
    ['tag', described(facts.tag)],
    ['name', nameCaption(ucs ? nameWords(ucs.fxName) : fileWords(file), folders)],
    ['folder', folders.filter(Boolean).slice(-2).join(' ')],
  ]);
  return { ...found, catId: ucs?.catId ?? null, tags };
}

/** Files come folder by folder: the words of the last one are kept. */
let latest: { readonly path: string; readonly words: readonly string[] } = { path: '', words: [''] };

function wordsOfFolders(path: string): readonly string[] {
  if (path !== latest.path) latest = { path, words: path.split('/').map(folderWords) };
  return latest.words;
}

function firstNonEmpty(
  choices: readonly (readonly [CaptionFrom, string])[],
): Pick<Caption, 'caption' | 'from'> {
  const found = choices.find(([, caption]) => caption !== '');
  return found ? { from: found[0], caption: found[1] } : { from: 'none', caption: '' };
}

/** `Rain/Heavy.wav` is "rain heavy". */
function nameCaption(words: string, folders: readonly string[]): string {
  if (words === '' || !saysOnlyHow(words)) return words;
  const subject = folders.findLast((folder) => folder !== '' && !saysOnlyHow(folder));
  return subject === undefined || subject.includes(words) ? words : `${subject} ${words}`;
}
