/** A part of a file: seconds from its beginning; an `end` of null is its end. */
export interface Region {
  readonly start: number;
  readonly end: number | null;
}

/** What a file holds, and the samples of a region of it. */
export interface DecodedAudio {
  /** Hz. */
  readonly sampleRate: number;
  /** One array per channel, -1..1. */
  readonly channels: Float32Array[];
  /** Bits a sample; null where the coding has none. */
  readonly bits: number | null;
  /** Length of the region in seconds, which `channels` may hold only the beginning of. */
  readonly seconds: number;
  /** What was odd about the file, in the user's words; empty for a good one. */
  readonly notes: readonly string[];
}

/**
 * First and last frame of a region of a file, at most `maxSeconds` of it; its end, and its full length in seconds.
 * `frames` is Infinity where the length of the file is not known.
 */
export function framesOf(region: Region, frames: number, sampleRate: number, maxSeconds: number) {
  const first = Math.min(frames, Math.round(region.start * sampleRate));
  const end = region.end === null ? frames : Math.min(frames, Math.round(region.end * sampleRate));
  const last = Math.max(first, Math.min(end, first + Math.round(Math.min(maxSeconds, 1e9) * sampleRate)));
  return { first, last, end: Math.max(first, end), seconds: Math.max(0, end - first) / sampleRate };
}
