/** Where in a file a description stands. */
export type DescriptionOrigin = 'ixml' | 'bext' | 'info' | 'tag';

/** A place in a file, or a stretch of it. Unit: seconds from the beginning of the file. */
export interface FileRegion {
  readonly start: number;
  /** Equal to `start` for a marker. */
  readonly end: number;
  /** '' when it has none. */
  readonly label: string;
  readonly kind: 'marker' | 'region' | 'loop';
}

/** What the headers say of the audio. */
export interface FileFormat {
  /** Hz, as it decodes: 48000 for Opus, whatever was encoded. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Bits a sample; null where the coding has none. */
  readonly bits: number | null;
  /** Null where only decoding tells. */
  readonly seconds: number | null;
  /** The length is worked out from a bit rate, not stated: an MP3 without a Xing header, or one that is cut short. */
  readonly estimated: boolean;
}

/** What a file says about itself, whatever its container. */
export interface FileMetadata {
  /** Texts that say what the sound is, as found; only what tells something (see describingText). */
  readonly descriptions: Readonly<Partial<Record<DescriptionOrigin, string>>>;
  /** On the UCS list, or null. */
  readonly catId: string | null;
  readonly keywords: readonly string[];
  /** '' when there is none, like author and licence. */
  readonly title: string;
  readonly author: string;
  /** Terms of use, else who holds the rights. */
  readonly licence: string;
  /** Carries a Refoley recipe: a model made it. */
  readonly synthetic: boolean;
  /** By their starts. */
  readonly regions: readonly FileRegion[];
  /** Null where the headers do not tell: the file is damaged, or of a kind that is not read. */
  readonly format: FileFormat | null;
  /**
   * Every text found, by a name with its block: `iXML/USER/FXNAME`, `bext/Originator`, `INFO/INAM`, `ID3/TIT2`,
   * `ID3/TXXX:CATID`, `Vorbis/LICENSE`, `MP4/©nam`, `AIFF/ANNO`. A second one of the same name has `[2]` after it.
   */
  readonly fields: Readonly<Record<string, string>>;
}
