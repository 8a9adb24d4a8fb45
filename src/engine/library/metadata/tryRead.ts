import type { ByteSource, RiffChunk } from '#core/audio/riff.ts';
import { readChunk } from '#core/audio/riff.ts';

/** Larger than any description; a damaged size must not load a recording of gigabytes. */
export const MAX_METADATA_BYTES = 16 * 1024 * 1024;

/** What is damaged says nothing about itself; the rest of the file is still read. */
export function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Reads a chunk of metadata, or nothing when it is absurdly large. */
export function readMetadataChunk(source: ByteSource, chunk: RiffChunk): Uint8Array {
  return Math.min(chunk.size, source.size - chunk.offset) > MAX_METADATA_BYTES
    ? new Uint8Array()
    : readChunk(source, chunk);
}

/** The chunks of a file as far as they can be followed. */
export function chunksOf(walk: Iterable<RiffChunk>): RiffChunk[] {
  const chunks: RiffChunk[] = [];
  tryRead(() => {
    for (const chunk of walk) chunks.push(chunk);
  });
  return chunks;
}
