import { readFile } from 'node:fs/promises';
import { RefoleyError } from '#core/errors.ts';
import { fileError } from '../files/fileError.ts';
import { decodeCompressed } from './decodeCompressed.ts';
import type { DecodedAudio, Region } from './decodedAudio.ts';
import { decodeAiff, decodeWav } from './decodePcm.ts';
import { withFileSource } from './fileSource.ts';
import { sniff, SNIFF_BYTES } from './sniff.ts';

/** A compressed file is decoded as a whole, at up to ten times its size. */
const MAX_COMPRESSED_BYTES = 400 * 1024 * 1024;
const WHOLE: Region = { start: 0, end: null };

/**
 * Decodes a region of a WAV (BWF, RF64), AIFF, FLAC, Ogg Vorbis, Opus or MP3 file, told apart by their bytes.
 *
 * @param region seconds; the whole file unless given
 * @param maxSeconds decode no more than this from the region's beginning
 * @throws RefoleyError `corrupt` for a damaged or empty file, `input` for one of another kind or too large,
 *   `not-found` and `unavailable` for one that cannot be read
 */
export async function decodeFile(
  path: string,
  region: Region = WHOLE,
  maxSeconds = Infinity,
): Promise<DecodedAudio> {
  const { coding, size } = withFileSource(path, (source) => ({
    coding: sniff(source.read(0, SNIFF_BYTES)),
    size: source.size,
  }));
  if (size === 0) throw new RefoleyError('corrupt', 'the file is empty: copy or export it again');
  if (coding === undefined) {
    throw new RefoleyError(
      'corrupt',
      'this is not a WAV, AIFF, FLAC, Ogg or MP3 file: copy or export it again',
    );
  }
  const decoded =
    coding === 'wav' || coding === 'aiff'
      ? withFileSource(path, (source) =>
          (coding === 'wav' ? decodeWav : decodeAiff)(source, region, maxSeconds),
        )
      : await decodeCompressed(coding, await readCompressed(path, size), region, maxSeconds);
  if ((decoded.channels[0]?.length ?? 0) === 0) {
    throw new RefoleyError('corrupt', 'there are no samples in it: copy or export it again');
  }
  return decoded;
}

async function readCompressed(path: string, size: number): Promise<Uint8Array> {
  if (size > MAX_COMPRESSED_BYTES) {
    throw new RefoleyError('input', 'a compressed file of over 400 MB is too large: convert it to WAV');
  }
  try {
    return await readFile(path);
  } catch (cause) {
    throw fileError(cause, path);
  }
}
