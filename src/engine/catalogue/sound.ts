import { z } from 'zod';
import type { CaptionFrom } from '#core/text/caption.ts';
import type { FileFormat, FileStage } from './file.ts';

/**
 * Which part of its file a sound is: all of it, an event that a scan found, or a marked stretch. Events come and go with
 * the analysis; what somebody marked stays.
 */
export const soundParts = ['file', 'event', 'marker', 'region'] as const;
export type SoundPart = (typeof soundParts)[number];

/** What of a sound the user may decide, which no scan changes then. */
export const decidableFields = ['caption', 'catId', 'tags', 'licence', 'author', 'mayCondition'] as const;
export type DecidableField = (typeof decidableFields)[number];

/** What a captions file says of a sound: the user's word as well, below what was decided in Refoley. */
export const importedFactsSchema = z.strictObject({
  caption: z.string().optional(),
  /** The same in other words. */
  otherCaptions: z.array(z.string()).optional(),
  catId: z.string().optional(),
  licence: z.string().optional(),
  author: z.string().optional(),
});
export type ImportedFacts = Readonly<z.infer<typeof importedFactsSchema>>;

/** One catalogue row as the CLI prints it and the app shows it. */
export interface Sound extends FileFormat {
  readonly id: number;
  /** Absolute path of the file. */
  readonly path: string;
  readonly part: SoundPart;
  /** Region within the file in seconds; the whole file is 0 to its length. */
  readonly start: number;
  readonly end: number;
  /** '' when there is none: the sound is found by its audio. */
  readonly caption: string;
  readonly captionFrom: CaptionFrom;
  readonly catId: string | null;
  readonly tags: readonly string[];
  /** Length of the region. */
  readonly seconds: number;
  /** Of the whole file, integrated, LUFS; null for silence and before it is analysed. */
  readonly loudness: number | null;
  readonly licence: string;
  /** '' when nobody is named. */
  readonly author: string;
  /** Whether a take may lean on it. */
  readonly mayCondition: boolean;
  /** The user's stars, 0 (none given) to 5. */
  readonly rating: number;
  readonly favourite: boolean;
  /** Made by a model. */
  readonly synthetic: boolean;
  /** How far the scan has come with its file. */
  readonly stage: FileStage;
  /** The file was not there at the last scan. */
  readonly missing: boolean;
  /** Why it could not be analysed (`kind: message`); null when it was. */
  readonly problem: string | null;
}

/** What is known beside what is shown. */
export interface StoredSound extends Sound {
  readonly fileId: number;
  readonly sourceId: number;
  /** Path within the source, with forward slashes. */
  readonly relativePath: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  /** Of the file's bytes, lower-case hex; '' before it is analysed. */
  readonly sha256: string;
  /** What a marker is called in its file, where that says something; '' otherwise. */
  readonly label: string;
  readonly decided: readonly DecidableField[];
  readonly imported: ImportedFacts;
}

/** What is written about a sound; the rest is its file's. */
export interface SoundDraft {
  readonly part: SoundPart;
  readonly start: number;
  /** Null: to the end of the file. */
  readonly end: number | null;
  readonly label: string;
  readonly caption: string;
  readonly captionFrom: CaptionFrom;
  readonly catId: string | null;
  readonly tags: readonly string[];
  readonly licence: string;
  readonly author: string;
  readonly mayCondition: boolean;
  readonly decided: readonly DecidableField[];
  readonly imported: ImportedFacts;
}

/** Whether a sound says more than its file does; a part that does not is not found by the file's words once more. */
export function hasOwnWords({
  part,
  label,
  decided,
}: Pick<SoundDraft, 'part' | 'label' | 'decided'>): boolean {
  if (part === 'file' || part === 'event') return part === 'file';
  return label !== '' || (['caption', 'catId', 'tags'] as const).some((field) => decided.includes(field));
}

/** Whether it can be heard and found by its audio. */
export function isUsable({ missing, problem, stage }: Sound): boolean {
  return !missing && problem === null && stage === 'analysed';
}

/** The part of a stored sound that `library list` prints. */
export function publicSound(sound: StoredSound): Sound {
  const { fileId, sourceId, relativePath, bytes, mtimeMs, sha256, label, decided, imported, ...rest } = sound;
  return rest;
}
