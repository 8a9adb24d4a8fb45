import type { IAudioMetadata, IOptions } from 'music-metadata';
import type { ITokenizer } from 'strtok3';
import { mp3Length } from '#core/audio/mp3Length.ts';
import { mp4Channels } from '#core/audio/mp4Channels.ts';
import { oggLength } from '#core/audio/oggLength.ts';
import type { ByteSource } from '#core/audio/riff.ts';
import type { Container } from './container.ts';
import type { FileFormat } from './fileMetadata.ts';
import { addTags } from './tagFields.ts';
import type { TextFields } from './textFields.ts';

export type TaggedContainer = Exclude<Container, 'wav' | 'aiff'>;

const MIME: Readonly<Record<TaggedContainer, string>> = {
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  mp3: 'audio/mpeg',
  mp4: 'audio/mp4',
};
/** A damaged size must not ask for gigabytes at once. */
const LIMITS = { maxBufferSize: 64 * 1024 * 1024 };

/**
 * Reads tags and format of a FLAC, Ogg, MP3 or MP4 file, piece by piece, without loading it. What the library cannot
 * read after some point leaves what came before.
 */
export async function readTaggedFile(
  path: string,
  container: TaggedContainer,
  fields: TextFields,
): Promise<{ readonly metadata: IAudioMetadata | undefined }> {
  const { fromFile } = await import('strtok3');
  const tokenizer = await fromFile(path, { ...LIMITS, fileInfo: { mimeType: MIME[container] } });
  try {
    const metadata = await parse(tokenizer);
    if (metadata) addTags(metadata.native, fields);
    return { metadata };
  } finally {
    await tokenizer.close();
  }
}

/** Reads the ID3v2 tag that a WAV or an AIFF holds in a chunk. */
export async function readId3(bytes: Uint8Array, fields: TextFields): Promise<void> {
  const { fromBuffer } = await import('strtok3');
  const metadata = await parse(fromBuffer(bytes, { ...LIMITS, fileInfo: { mimeType: MIME.mp3 } }));
  if (metadata) addTags(metadata.native, fields);
}

/** What the tags' reader and our own reading of the length say of the audio; null where there is no audio in it. */
export function formatOf(
  container: TaggedContainer,
  metadata: IAudioMetadata | undefined,
  source: ByteSource,
): FileFormat | null {
  const { sampleRate, numberOfChannels, bitsPerSample, codec, bitrate, duration } = metadata?.format ?? {};
  if (!sampleRate || !numberOfChannels) return null;
  const isOpus = codec === 'Opus';
  const common = { sampleRate: isOpus ? 48_000 : sampleRate, channels: numberOfChannels };
  const lossless = metadata?.format.lossless === true;
  const bits = lossless ? (bitsPerSample ?? null) : null;
  const stated = duration !== undefined && duration > 0 ? duration : null;
  switch (container) {
    case 'ogg':
      return { ...common, bits, seconds: oggLength(source) ?? (lossless ? stated : null), estimated: false };
    case 'mp3': {
      const length = mp3Length(source);
      if (length) return { ...common, bits: null, ...length };
      const guess = stated ?? (bitrate ? (8 * source.size) / bitrate : null);
      return { ...common, bits: null, seconds: guess, estimated: guess !== null };
    }
    case 'mp4': {
      const channels = mp4Channels(source) ?? numberOfChannels;
      return { ...common, channels, bits, seconds: stated, estimated: false };
    }
    case 'flac':
      return { ...common, bits, seconds: stated, estimated: false };
  }
}

/** The tags' reader is loaded with the first file that needs it: it is no part of the start of the app. */
async function parse(tokenizer: ITokenizer): Promise<IAudioMetadata | undefined> {
  const { parseFromTokenizer } = await import('music-metadata');
  let sofar: IAudioMetadata | undefined;
  const options: IOptions = {
    duration: false,
    skipCovers: true,
    observer: ({ metadata }) => {
      sofar = metadata;
    },
  };
  try {
    return await parseFromTokenizer(tokenizer, options);
  } catch {
    return sofar;
  }
}
