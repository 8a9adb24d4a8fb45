import { readOggComments } from '#core/audio/oggFile.ts';
import { provenanceOfComments, readProvenance, type Provenance } from '#core/export/provenance.ts';
import { withFileSource } from '../library/fileSource.ts';
import { sniff, SNIFF_BYTES } from '../library/sniff.ts';
import { readSource } from './readSource.ts';

/**
 * Recipe, edit list and origin as a WAV, a FLAC or an Ogg of Refoley's carries them; nothing of any other file.
 *
 * @throws RefoleyError as `readSource` and `readProvenance`
 */
export function provenanceAt(path: string): Provenance {
  const comments = withFileSource(path, (source) =>
    sniff(source.read(0, SNIFF_BYTES)) === 'vorbis' ? readOggComments(source) : undefined,
  );
  const texts = comments ? provenanceOfComments(comments) : readSource(path)?.read;
  return readProvenance(texts ?? {}, path);
}
