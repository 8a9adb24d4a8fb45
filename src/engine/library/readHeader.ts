import { decodeFile } from './decode.ts';
import type { FileFormat } from '../catalogue/file.ts';
import { readWavFacts } from './wavFacts.ts';
import type { WavFacts } from './wavFacts.ts';

/** What a file says about itself. */
export interface Header {
  readonly format: FileFormat;
  readonly metadata: WavFacts;
}

/** @throws RefoleyError as `decodeFile` */
export async function readHeader(path: string): Promise<Header> {
  const { seconds, sampleRate, channels, bits } = await decodeFile(path, undefined, 0.1);
  return { format: { seconds, sampleRate, channels: channels.length, bits }, metadata: readWavFacts(path) };
}
