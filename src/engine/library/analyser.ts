import type { ErrorKind } from '#core/errors.ts';
import type { Calibration } from '#core/retrieval/fuse.ts';
import type { FileFindings } from '../catalogue/file.ts';
import type { Region } from './decodedAudio.ts';

/** A stretch of a file with the embedding of how it sounds. */
export interface HeardEvent {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** Unit vector. */
  readonly vector: Float32Array;
}

/** What listening to a file finds out. */
export interface Analysis extends FileFindings {
  /** Unit vectors of the parts asked about, in their order. */
  readonly vectors: readonly Float32Array[];
  /** The sound events of a long file; none where it is one event. */
  readonly events: readonly HeardEvent[];
}

/** Why a file cannot be listened to. */
export interface Unheard {
  readonly problem: { readonly kind: ErrorKind; readonly message: string };
}

/**
 * Turns text and audio into embeddings; the app makes it over its child processes, tests make fakes. A rejection ends a
 * scan: the user stopped it, or there is no inference. What is wrong with a file is a result.
 */
export interface Analyser {
  /** Name, version and hash of the pack: embeddings of different models are never compared. */
  readonly model: string;
  /** What its cosines mean. */
  readonly calibration: Calibration;
  /** How many files it listens to at once. */
  readonly lanes: number;
  /** One unit vector per caption. */
  embedTexts(captions: readonly string[]): Promise<Float32Array[]>;
  /**
   * @param samples mono
   * @param sampleRate Hz
   * @returns unit vector
   */
  embedAudio(samples: Float32Array, sampleRate: number): Promise<Float32Array>;
  /** @param parts the parts of the file to embed */
  analyse(path: string, parts: readonly Region[]): Promise<Analysis | Unheard>;
}
