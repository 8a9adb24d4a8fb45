import type { IAudioMetadata } from 'music-metadata';
import { foreignWav } from '#core/audio/flacFile.ts';
import { afterId3, hasMpegFrame } from '#core/audio/mp3Length.ts';
import { byteSource, type ByteSource } from '#core/audio/riff.ts';
import { SOFTWARE } from '#core/export/provenanceNote.ts';
import { RECIPE_COMMENT } from '#core/export/provenance.ts';
import { fileError } from '../../files/fileError.ts';
import { withFileSource } from '../fileSource.ts';
import { readAiffBlocks } from './aiffMetadata.ts';
import { containerOf } from './container.ts';
import { factsOf } from './factsOf.ts';
import type { FileMetadata } from './fileMetadata.ts';
import { inSeconds } from './regions.ts';
import { formatOf, readId3, readTaggedFile } from './taggedFile.ts';
import type { TaggedContainer } from './taggedFile.ts';
import { TextFields } from './textFields.ts';
import { MAX_METADATA_BYTES, tryRead } from './tryRead.ts';
import { readWavBlocks } from './wavMetadata.ts';
import type { FileBlocks } from './wavMetadata.ts';

const SILENT: FileBlocks = { format: null, regions: [], synthetic: false };

/**
 * Reads what a file says about itself: descriptions, CatID, keywords, title, author, licence, markers and loops, every
 * text field, and what its headers say of the audio. WAV (RF64, BW64) and AIFF are read by our own code, the tags of
 * FLAC, Ogg, MP3 and MP4 by music-metadata. Only headers and metadata are read, whatever the length of the recording.
 * Damaged metadata, or a file of another kind, says nothing.
 *
 * @throws RefoleyError as withFileSource, when the file cannot be opened or read
 */
export async function readMetadata(path: string): Promise<FileMetadata> {
  const fields = new TextFields();
  const found = withFileSource(path, (source) => readOurs(source, fields));
  const blocks = typeof found === 'string' ? await readTagged(path, found, fields) : found;
  if (blocks.id3) await readId3(blocks.id3, fields);
  return {
    ...factsOf(fields.all()),
    synthetic: blocks.synthetic,
    regions: inSeconds(blocks.regions, blocks.format),
    format: blocks.format,
    fields: Object.fromEntries(fields.all()),
  };
}

/** The blocks of a WAV or AIFF; the name of a container whose tags another reader knows. */
function readOurs(source: ByteSource, fields: TextFields): FileBlocks | TaggedContainer {
  const container = containerOf(source);
  if (container === 'wav') return readWavBlocks(source, fields);
  if (container === 'aiff') return readAiffBlocks(source, fields);
  // The tags' reader would look for a frame to the end of the file.
  if (container === 'mp3' && !hasMpegFrame(source)) {
    return { ...SILENT, id3: source.read(0, Math.min(afterId3(source), MAX_METADATA_BYTES)) };
  }
  return container ?? SILENT;
}

async function readTagged(path: string, container: TaggedContainer, fields: TextFields): Promise<FileBlocks> {
  try {
    const { metadata } = await readTaggedFile(path, container, fields);
    return withFileSource(path, (source) => ({
      ...SILENT,
      format: formatOf(container, metadata, source),
      synthetic: carriesRecipe(metadata, source),
    }));
  } catch (cause) {
    throw fileError(cause, path);
  }
}

/** An Ogg of ours has its recipe among the comments, a FLAC in the chunks of the WAV that it was. */
function carriesRecipe(metadata: IAudioMetadata | undefined, source: ByteSource): boolean {
  const comments = metadata?.native['vorbis'] ?? [];
  if (comments.some(({ id }) => id === RECIPE_COMMENT)) return true;
  const isOurs = comments.some(({ id, value }) => id === 'ENCODED_BY' && value === SOFTWARE);
  const wav = isOurs ? tryRead(() => foreignWav(source)) : undefined;
  return wav !== undefined && readWavBlocks(byteSource(wav), new TextFields()).synthetic;
}
