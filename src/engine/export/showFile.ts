import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { levelOrNull } from '#core/dsp/level.ts';
import { foreignWav } from '#core/audio/flacFile.ts';
import { byteSource } from '#core/audio/riff.ts';
import { wavLayout } from '#core/audio/wav.ts';
import type { Loudness } from '#core/dsp/loudness.ts';
import { asRefoleyError } from '#core/errors.ts';
import type { Provenance } from '#core/export/provenance.ts';
import type { ShownFile } from '#core/export/shownFile.ts';
import { hashFile } from '../files/hashFile.ts';
import { decodeFile } from '../library/decode.ts';
import { withFileSource } from '../library/fileSource.ts';
import { readMetadata } from '../library/metadata/readMetadata.ts';
import { inSeconds } from '../library/metadata/regions.ts';
import { TextFields } from '../library/metadata/textFields.ts';
import { readWavBlocks } from '../library/metadata/wavMetadata.ts';
import { measureInSteps } from './measureInSteps.ts';
import { provenanceAt } from './provenanceAt.ts';
import { readSource } from './readSource.ts';

/**
 * Reads a file that Refoley wrote, or any other that it can decode.
 *
 * @throws RefoleyError as `decodeFile` and `readMetadata`
 */
export async function showFile(path: string): Promise<ShownFile> {
  const { channels, sampleRate, bits, seconds, notes } = await decodeFile(path);
  const source = readSource(path);
  const { fields, regions } = await metadataOf(path);
  const [provenance, problems] = provenanceOf(path);
  const reference = source?.bext?.timeReference ?? 0n;
  return {
    ...{ path, name: basename(path), sha256: await hashFile(path), seconds, sampleRate, bits },
    channels: channels.length,
    loudness: levelsOf(await measureInSteps(channels, sampleRate, () => setImmediate())),
    time: reference === 0n ? null : Number(reference) / (source?.sampleRate ?? sampleRate),
    ...{ marks: regions, fields, notes: [...notes, ...problems] },
    ...provenance,
  };
}

/** Of a FLAC, what its tags and the chunks that it keeps of a WAV say. */
async function metadataOf(path: string) {
  const { fields, regions } = await readMetadata(path);
  const packed = withFileSource(path, foreignWav);
  if (!packed) return { fields, regions };
  const { data } = wavLayout(byteSource(packed));
  const texts = new TextFields();
  const blocks = readWavBlocks(byteSource(packed, data.offset + data.size), texts);
  return {
    fields: { ...fields, ...Object.fromEntries(texts.all()) },
    regions: inSeconds(blocks.regions, blocks.format),
  };
}

/** What is damaged is a note, not a reason to say nothing else. */
function provenanceOf(path: string): [provenance: Provenance, problems: string[]] {
  try {
    return [provenanceAt(path), []];
  } catch (cause) {
    return [{}, [asRefoleyError(cause).message]];
  }
}

function levelsOf(loudness: Loudness): ShownFile['loudness'] {
  const entries = Object.entries(loudness).map(([name, value]: [string, number]) => [
    name,
    levelOrNull(value),
  ]);
  return Object.fromEntries(entries) as ShownFile['loudness'];
}
