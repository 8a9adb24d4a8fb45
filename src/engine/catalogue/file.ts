/** How far a scan has come with a file: its name and size, what it says about itself, what it sounds like. */
export const fileStages = ['listed', 'read', 'analysed'] as const;
export type FileStage = (typeof fileStages)[number];

/** A file as its folder shows it. */
export interface ListedFile {
  /** Path within the source, with forward slashes. */
  readonly relativePath: string;
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** What its header, and later its samples, say. */
export interface FileFormat {
  readonly seconds: number;
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Bits a sample; null where the coding has none (MP3, Vorbis, Opus). */
  readonly bits: number | null;
}

/** One file of a source. */
export interface StoredFile extends ListedFile, FileFormat {
  readonly id: number;
  readonly sourceId: number;
  /** Absolute. */
  readonly path: string;
  readonly stage: FileStage;
  /** Of the bytes that were analysed, lower-case hex; '' before. */
  readonly sha256: string;
  /** LUFS, of the whole file; null when not measured or silent. */
  readonly loudness: number | null;
  /** dBTP. */
  readonly truePeak: number | null;
  /** Text metadata as found, by name ('iXML/USER/FXNAME'). */
  readonly fields: Readonly<Record<string, string>>;
  /** Made by a model. */
  readonly synthetic: boolean;
  /** It was not there at the last scan. */
  readonly missing: boolean;
  /** Why it could not be read or analysed (`kind: message`); null when it was. */
  readonly problem: string | null;
}

/** What analysis finds out about a whole file. */
export interface FileFindings extends FileFormat {
  readonly sha256: string;
  readonly loudness: number | null;
  readonly truePeak: number | null;
}
