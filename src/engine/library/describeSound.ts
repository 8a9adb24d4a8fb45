import { effectiveTerms, type TermsLayer } from '#core/rights/mayCondition.ts';
import { captionFor } from '#core/text/caption.ts';
import { isCatId } from '#core/text/ucs.ts';
import type { FolderTerms } from '../catalogue/folderTerms.ts';
import type { DecidableField, ImportedFacts, SoundDraft, StoredSound } from '../catalogue/sound.ts';
import type { UserFacts } from './captionsFile.ts';
import type { FileMetadata } from './metadata/fileMetadata.ts';

/** What of a file's metadata its sounds are described by. */
export type DescribingMetadata = Pick<
  FileMetadata,
  'descriptions' | 'catId' | 'keywords' | 'licence' | 'author' | 'synthetic'
>;

/** What is known of a file's sound beside its path. */
export interface Knowledge {
  readonly metadata?: DescribingMetadata | undefined;
  /** Rules of the folders above it, the nearest first. */
  readonly terms?: readonly FolderTerms[] | undefined;
  /** The sound as it is: what the user has said about it stays. */
  readonly earlier?: StoredSound | undefined;
}

/**
 * A file's sound in words: of each fact the most trusted word. That is what the user decided in Refoley, then what a captions
 * file says, then (of terms) the rule of the nearest folder, then the file's metadata, then its name.
 *
 * @param relativePath of its file within the source
 */
export function soundOf(relativePath: string, knowledge: Knowledge = {}): SoundDraft {
  const { metadata, terms = [], earlier } = knowledge;
  const imported = earlier?.imported ?? {};
  const layers: TermsLayer[] = [decisionsOf(earlier), imported, ...terms, metadata ?? {}];
  const words = captionFor(
    { path: relativePath, user: imported.caption, ...metadata?.descriptions },
    isCatId,
  );
  return {
    part: 'file',
    start: 0,
    end: null,
    label: '',
    caption: words.caption,
    captionFrom: words.from,
    catId: imported.catId ?? metadata?.catId ?? words.catId,
    tags: [...new Set([...words.tags, ...(metadata?.keywords ?? [])])],
    ...effectiveTerms(layers, metadata?.synthetic ?? false),
    imported,
    ...decisionsOf(earlier),
    decided: earlier?.decided ?? [],
  };
}

/** A stretch of a file as its marker, the user or an analysis set it. */
export interface Stretch {
  readonly part: Exclude<SoundDraft['part'], 'file'>;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** '' when it has none that says something. */
  readonly label: string;
}

/**
 * A part of a file in words: its own where it has any, else those of its file, whose terms it shares.
 *
 * @param earlier the part as it is: what the user has said about it stays
 */
export function draftOfPart(
  whole: Pick<
    SoundDraft,
    'caption' | 'captionFrom' | 'catId' | 'tags' | 'licence' | 'author' | 'mayCondition'
  >,
  { part, start, end, label }: Stretch,
  earlier?: StoredSound,
): SoundDraft {
  const { caption, captionFrom, catId, tags, licence, author, mayCondition } = whole;
  const own = decisionsOf(earlier);
  const words = label === '' ? { caption, captionFrom } : { caption: label, captionFrom: 'tag' as const };
  const terms = effectiveTerms([own, { licence, author, mayCondition }], false);
  return {
    ...{ part, start, end, label, catId, tags },
    ...words,
    ...terms,
    imported: {},
    ...own,
    decided: earlier?.decided ?? [],
  };
}

/** What a captions file now says of a sound; undefined when that is nothing new. */
export function importedFacts(sound: StoredSound, user: UserFacts): ImportedFacts | undefined {
  const said = Object.entries({
    caption: user.caption,
    otherCaptions: user.otherCaptions.length === 0 ? undefined : [...user.otherCaptions],
    catId: user.catId,
    licence: user.licence,
    author: user.author,
  }).filter(([, value]) => value !== undefined);
  const next: ImportedFacts = { ...sound.imported, ...Object.fromEntries(said) };
  return JSON.stringify(next) === JSON.stringify(sound.imported) ? undefined : next;
}

/** The fields that the user decided, as they stand. */
function decisionsOf(earlier: StoredSound | undefined): Partial<SoundDraft> {
  if (!earlier) return {};
  const { decided, caption, captionFrom, catId, tags, licence, author, mayCondition } = earlier;
  const own: Pick<SoundDraft, DecidableField> = { caption, catId, tags, licence, author, mayCondition };
  const left = Object.entries(own).filter(([field]) => decided.some((name) => name === field));
  const from = decided.includes('caption') ? { captionFrom } : {};
  return { ...(Object.fromEntries(left) as Partial<typeof own>), ...from };
}
