import { foreignWav } from '#core/audio/flacFile.ts';
import { byteSource, type ByteSource } from '#core/audio/riff.ts';
import { wavLayout } from '#core/audio/wav.ts';
import { readSourceChunks, type SourceChunks } from '#core/export/sourceChunks.ts';
import { withFileSource } from '../library/fileSource.ts';
import { sniff, SNIFF_BYTES } from '../library/sniff.ts';

/**
 * What a WAV says beside its samples, or a FLAC that keeps the chunks of one; nothing of a file of another kind.
 *
 * @throws RefoleyError as `readSourceChunks` and `withFileSource`
 */
export function readSource(path: string): SourceChunks | undefined {
  return withFileSource(path, (source) => {
    switch (sniff(source.read(0, SNIFF_BYTES))) {
      case 'wav':
        return readSourceChunks(source);
      case 'flac':
        return packedChunks(source);
      default:
        return undefined;
    }
  });
}

function packedChunks(source: ByteSource): SourceChunks | undefined {
  const head = foreignWav(source);
  if (!head) return undefined;
  const { data } = wavLayout(byteSource(head));
  return readSourceChunks(byteSource(head, data.offset + data.size));
}
