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
    case 'mp3': {
      // Some taggers put an ID3 tag before anything: a FLAC with it is read, a WAV or AIFF with it no program plays.
      const start = afterId3(source);
      const behind = start === 0 ? coding : sniff(source.read(start, SNIFF_BYTES));
      if (behind === 'flac') return 'flac';
      return behind === undefined || behind === 'mp3' ? 'mp3' : undefined;
    }
    default:
      return fourCc(view, 0) === 'OggS' ? 'ogg' : 'flac';
  }
}
