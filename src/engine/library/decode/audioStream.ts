import type { AudioCoding } from '../sniff.ts';

/** What the headers of a sound file say. */
export interface AudioFacts {
  readonly coding: AudioCoding;
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Bits a sample as stored; null where the coding has none. */
  readonly bits: number | null;
  /** Samples a channel; null when only decoding tells: a truncated FLAC, an MP3 without a count. */
  readonly frames: number | null;
}

/** A sound file that is decoded piece by piece, in bounded memory. */
export interface AudioStream extends AudioFacts {
  /**
   * The samples from frame `from` on: one array per channel, -1..1 at full scale, about a second at a time. What is
   * not a finite number comes as 0. Compressed files are decoded from their beginning whatever `from` is.
   *
   * @throws RefoleyError `corrupt` when there are no samples, most are not numbers or the header contradicts what is
   *   decoded; `unavailable` when the file changes meanwhile or cannot be read
   */
  blocks(from?: number): AsyncGenerator<Float32Array[], void>;
  /** What was odd about the samples that `blocks` has given so far, in the user's words; empty for a good file. */
  readonly notes: readonly string[];
  /**
   * SHA-256 of the whole file in lower-case hex. What `blocks` has read from the beginning on is not read again.
   * Only where `openAudio` was asked for it.
   *
   * @throws RefoleyError `unavailable` as `blocks`
   */
  sha256(): Promise<string>;
  close(): Promise<void>;
}

/** Samples of all channels that a block has at most: 4 MB of them, however many channels a header declares. */
const MAX_BLOCK = 1024 * 1024;

/** Frames in a block: a second, or fewer where a second of all channels is large. */
export function blockFrames({ sampleRate, channels }: Pick<AudioFacts, 'sampleRate' | 'channels'>): number {
  return Math.max(1, Math.min(Math.ceil(sampleRate), Math.floor(MAX_BLOCK / channels)));
}
