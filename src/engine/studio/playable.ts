import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { writeWav } from '#core/audio/wav.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { writeFileAtomic } from '../files/replaceFile.ts';
import { decodeFile } from '../library/decode.ts';

/** What Chromium plays as it is; others are decoded for it. RF64 and AIFF are not among them, whatever their name. */
const PLAYED = new Set(['.wav', '.flac', '.ogg', '.oga', '.opus', '.mp3']);
/** A longer sound is auditioned by its beginning where it has to be decoded first. */
const DECODED_SECONDS = 600;

export interface PlayableSound {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly bits: number | null;
}

/**
 * A file of the sound that Chromium plays: its own or, for formats that it does not know, a WAV beside the catalogue,
 * made when it is first asked for.
 *
 * @param folder of those WAVs; derived, may be deleted
 * @throws RefoleyError as `decodeFile`
 */
export async function playableFile({ path, sha256, bytes }: PlayableSound, folder: string): Promise<string> {
  // A WAV beyond 4 GiB is an RF64.
  if (PLAYED.has(extname(path).toLowerCase()) && bytes < 2 ** 32) return path;
  const decoded = join(folder, `${sha256}.wav`);
  if (existsSync(decoded)) return decoded;
  const { sampleRate, channels } = await decodeFile(path, undefined, DECODED_SECONDS);
  makeFolder(folder);
  await writeFileAtomic(decoded, writeWav({ sampleRate, channels, bits: 24 }));
  return decoded;
}
