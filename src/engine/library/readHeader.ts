import type { FileFormat } from '../catalogue/file.ts';
import { decodeFile } from './decode.ts';
import type { FileMetadata } from './metadata/fileMetadata.ts';
import { readMetadata } from './metadata/readMetadata.ts';

/** What a file says about itself. */
export interface Header {
  readonly format: FileFormat;
  readonly metadata: FileMetadata;
}

/** Seconds decoded of a file whose headers do not tell what it is: enough to say what is wrong with it. */
const PROBE = 0.1;

/** @throws RefoleyError as `decodeFile` */
export async function readHeader(path: string): Promise<Header> {
  const metadata = await readMetadata(path);
  const { format } = metadata;
  if (format !== null && format.seconds !== null && format.seconds > 0) {
    const { sampleRate, channels, bits, seconds } = format;
    return { metadata, format: { sampleRate, channels, bits, seconds } };
  }
  const { seconds, sampleRate, channels, bits } = await decodeFile(path, undefined, PROBE);
  return { metadata, format: { seconds, sampleRate, channels: channels.length, bits } };
}
