import { fourCc, viewOf } from '#core/audio/riff.ts';

export type AudioCoding = 'wav' | 'aiff' | 'flac' | 'vorbis' | 'opus' | 'mp3';

/** How many bytes from the beginning {@link sniff} wants to see. */
export const SNIFF_BYTES = 64;

/** Offset of the codec's own header in the first Ogg page of a stream, whose segment table has one entry. */
const OGG_PAYLOAD = 28;

/** What a file holds, by its first bytes: a name may lie. Undefined for what is none of ours. */
export function sniff(head: Uint8Array): AudioCoding | undefined {
  const view = viewOf(head);
  const magic = fourCc(view, 0);
  switch (magic) {
    case 'RIFF':
    case 'RIFX':
    case 'RF64':
    case 'BW64':
      return fourCc(view, 8) === 'WAVE' ? 'wav' : undefined;
    case 'FORM':
      return fourCc(view, 8).startsWith('AIF') ? 'aiff' : undefined;
    case 'fLaC':
      return 'flac';
    case 'OggS':
      return sniffOgg(view);
    default:
      return magic.startsWith('ID3') || isMp3Frame(head) ? 'mp3' : undefined;
  }
}

function sniffOgg(view: DataView): AudioCoding | undefined {
  const codec = fourCc(view, OGG_PAYLOAD) + fourCc(view, OGG_PAYLOAD + 4);
  if (codec.startsWith('\x01vorbis')) return 'vorbis';
  if (codec === 'OpusHead') return 'opus';
  return codec.startsWith('\x7fFLAC') ? 'flac' : undefined;
}

/** A frame header of ISO/IEC 11172-3: sync word, a layer, a bit rate and a sample rate that exist. */
function isMp3Frame(bytes: Uint8Array): boolean {
  const [sync = 0, version = 0, rates = 0] = bytes;
  const hasSync = sync === 0xff && (version & 0xe0) === 0xe0;
  const reserved = (version & 0x18) === 0x08 || (version & 0x06) === 0;
  return hasSync && !reserved && rates >> 4 !== 15 && (rates & 0x0c) !== 0x0c;
}
