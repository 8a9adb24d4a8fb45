import { afterId3 } from '#core/audio/mp3Length.ts';
import { fourCc, viewOf } from '#core/audio/riff.ts';
import type { ByteSource } from '#core/audio/riff.ts';
import { sniff, SNIFF_BYTES } from '../sniff.ts';

/** How a file is laid out, which decides who reads its metadata. */
export type Container = 'wav' | 'aiff' | 'flac' | 'ogg' | 'mp3' | 'mp4';

/** Tells a container by its bytes: a name may lie. Undefined for what is none of ours. */
export function containerOf(source: ByteSource): Container | undefined {
  const head = source.read(0, SNIFF_BYTES);
  const view = viewOf(head);
  if (fourCc(view, 4) === 'ftyp') return 'mp4';
  const coding = sniff(head);
  switch (coding) {
    case undefined:
    case 'wav':
    case 'aiff':
      return coding;
    case 'mp3':
      // Some taggers put an ID3 tag before a FLAC.
      return fourCc(viewOf(source.read(afterId3(source), 4)), 0) === 'fLaC' ? 'flac' : 'mp3';
    default:
      return fourCc(view, 0) === 'OggS' ? 'ogg' : 'flac';
  }
}
