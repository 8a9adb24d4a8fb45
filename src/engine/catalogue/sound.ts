import type { CaptionFrom } from '#core/text/caption.ts';

/** One catalogue row as the CLI prints it and the app shows it. */
export interface Sound {
  readonly id: number;
  /** Absolute path of the file. */
  readonly path: string;
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
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Bits a sample; null where the coding has none (MP3, Vorbis, Opus). */
  readonly bits: number | null;
  readonly licence: string;
  /** Whether a take may lean on it. */
  readonly mayCondition: boolean;
  /** Made by a model. */
  readonly synthetic: boolean;
  /** The file was not there at the last scan. */
  readonly missing: boolean;
  /** Why it could not be analysed (`kind: message`); null when it was. */
  readonly problem: string | null;
}

/** What a scan knows of the file beside what is shown. */
export interface StoredSound extends Sound {
  readonly sourceId: number;
  /** Path within the source, with forward slashes. */
  readonly relativePath: string;
  /** Whether the row stands for the whole file. */
  readonly whole: boolean;
  readonly bytes: number;
  readonly mtimeMs: number;
  /** Of the file's bytes, lower-case hex. */
  readonly sha256: string;
  readonly author: string;
}

/** What a scan writes. */
export interface SoundDraft {
  readonly sourceId: number;
  readonly relativePath: string;
  readonly start: number;
  /** Null: to the end of the file. */
  readonly end: number | null;
  readonly caption: string;
  readonly captionFrom: CaptionFrom;
  readonly catId: string | null;
  readonly tags: readonly string[];
  readonly seconds: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly bits: number | null;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly sha256: string;
  readonly licence: string;
  readonly author: string;
  readonly mayCondition: boolean;
  readonly synthetic: boolean;
  readonly problem: string | null;
}

/** The part of a stored sound that `library list` prints. */
export function publicSound(sound: StoredSound): Sound {
  const { sourceId, relativePath, whole, bytes, mtimeMs, sha256, author, ...rest } = sound;
  return rest;
}
