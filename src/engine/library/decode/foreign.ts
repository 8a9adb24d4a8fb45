/** How files begin that are no sound that Refoley decodes, and what they are called. */
interface Signature {
  readonly at: number;
  readonly magic: string;
  readonly name: string;
  /** A sound, which can be converted; else something else under a sound's name. */
  readonly isSound: boolean;
}

const sound = (magic: string, name: string, at = 0): Signature => ({ at, magic, name, isSound: true });
const other = (magic: string, name: string, at = 0): Signature => ({ at, magic, name, isSound: false });

const SIGNATURES: readonly Signature[] = [
  sound('ftyp', 'an M4A or MP4 (AAC or Apple Lossless)', 4),
  sound('ADIF', 'an AAC'),
  sound('caff', 'a Core Audio (CAF)'),
  sound('riff\x2e\x91\xcf\x11', 'a Wave64 (W64)'),
  sound('\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'a Windows Media'),
  sound('.snd', 'an AU'),
  sound('wvpk', 'a WavPack'),
  sound('MAC ', "a Monkey's Audio"),
  sound('MPCK', 'a Musepack'),
  sound('MP+', 'a Musepack'),
  sound('TTA1', 'a True Audio'),
  sound('DSD ', 'a DSD'),
  sound('FRM8', 'a DSD'),
  sound('#!AMR', 'an AMR'),
  sound('Creative Voice', 'a Creative Voice'),
  sound('8SVX', 'an 8SVX', 8),
  sound('MThd', 'a MIDI'),
  sound('\x1a\x45\xdf\xa3', 'a Matroska or WebM'),
  other('\x89PNG', 'a PNG picture'),
  other('\xff\xd8\xff', 'a JPEG picture'),
  other('GIF8', 'a GIF picture'),
  other('%PDF', 'a PDF document'),
  other('PK\x03\x04', 'a ZIP archive'),
  other('Rar!', 'a RAR archive'),
  other('\x1f\x8b', 'a gzip archive'),
  other('AVI ', 'an AVI video', 8),
  other('<!DOCTYPE', 'a web page'),
  other('<html', 'a web page'),
];

/** Says what a file is that is none of ours, and what to do about it; nothing when its beginning is not known. */
export function describeForeign(head: Uint8Array): string | undefined {
  const text = String.fromCharCode(...head.subarray(0, 32));
  const known = SIGNATURES.find(({ at, magic }) => text.startsWith(magic, at));
  if (known) {
    return known.isSound
      ? `this is ${known.name} file, which is not decoded: convert it to WAV or FLAC`
      : `this is ${known.name} under the name of a sound: rename or remove it`;
  }
  // ADTS: a sync word of twelve bits, and layer 0 where MPEG audio has another (ISO/IEC 13818-7, 6.2).
  return head[0] === 0xff && (head[1]! & 0xf6) === 0xf0
    ? 'this is an AAC file, which is not decoded: convert it to WAV or FLAC'
    : undefined;
}
