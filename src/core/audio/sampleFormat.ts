import { RefoleyError } from '#core/errors.ts';
import { viewOf } from './riff.ts';

/** How interleaved samples are stored: from the `fmt ` chunk of a WAV or the `COMM` chunk of an AIFF. */
export type SampleFormat = {
  /** `alaw` and `mulaw` are the logarithmic codes of ITU-T G.711, of 8 bits. */
  readonly format: 'pcm' | 'float' | 'alaw' | 'mulaw';
  /** Samples per second. */
  readonly sampleRate: number;
  readonly channelCount: number;
  /** Significant bits of a sample; 20 in a container of 3 bytes for instance. */
  readonly bits: number;
  /** Bytes that one sample of one channel takes. */
  readonly bytesPerSample: number;
  /** Little-endian unless given. */
  readonly byteOrder?: 'big';
  /** Integers of one byte are unsigned unless given. */
  readonly signedBytes?: true;
};

/** WAVE_FORMAT tags. */
const TAGS = { pcm: 0x0001, float: 0x0003, alaw: 0x0006, mulaw: 0x0007 } as const;
const EXTENSIBLE = 0xfffe;
/** Bytes a sample may take. */
const WIDTHS: Readonly<Record<SampleFormat['format'], readonly number[]>> = {
  pcm: [1, 2, 3, 4],
  float: [4, 8],
  alaw: [1],
  mulaw: [1],
};
/** Formats that old tools wrote, for a reason that says which. */
const COMPRESSED: Readonly<Record<number, string>> = {
  0x0002: 'Microsoft ADPCM',
  0x0011: 'IMA ADPCM',
  0x0031: 'GSM 6.10',
  0x0050: 'MPEG layer 2',
  0x0055: 'MP3',
  0x00ff: 'AAC',
  0x0161: 'Windows Media Audio',
};
/** The tail that makes a GUID of a format tag: xxxxxxxx-0000-0010-8000-00AA00389B71. */
const SUBFORMAT_TAIL = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

/**
 * Decodes a `fmt ` chunk (WAVEFORMAT, WAVEFORMATEX or WAVEFORMATEXTENSIBLE).
 *
 * @throws RefoleyError `corrupt` when its numbers contradict each other; `input` when the samples are compressed or of
 * a width that no tool writes.
 */
export function readSampleFormat(fmt: Uint8Array): SampleFormat {
  if (fmt.length < 16) throw badFormat('the "fmt " chunk is too short');
  const view = viewOf(fmt);
  const declaredTag = view.getUint16(0, true);
  const tag = declaredTag === EXTENSIBLE && fmt.length >= 26 ? view.getUint16(24, true) : declaredTag;
  const channelCount = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const blockAlign = view.getUint16(12, true);
  const containerBits = view.getUint16(14, true);
  const validBits = declaredTag === EXTENSIBLE && fmt.length >= 20 ? view.getUint16(18, true) : 0;

  const format = formatOf(tag);
  if (format === undefined) {
    const code = `format 0x${tag.toString(16).padStart(4, '0')}`;
    const name = COMPRESSED[tag];
    const what = name === undefined ? code : `${code}, ${name}`;
    throw new RefoleyError('input', `this WAV is compressed (${what}); convert it to PCM WAV or FLAC`);
  }
  if (channelCount === 0) throw badFormat('it declares no channels');
  if (sampleRate === 0) throw badFormat('its sample rate is 0 Hz');
  const bytesPerSample = blockAlign === 0 ? Math.ceil(containerBits / 8) : blockAlign / channelCount;
  if (!isContainer(bytesPerSample, containerBits)) {
    throw badFormat(
      `${containerBits} bits in ${channelCount} channels do not fit frames of ${blockAlign} bytes`,
    );
  }
  if (!WIDTHS[format].includes(bytesPerSample)) {
    throw new RefoleyError(
      'input',
      `samples of ${bytesPerSample} bytes are not supported; convert to 24-bit WAV`,
    );
  }
  return {
    format,
    sampleRate,
    channelCount,
    bits: validBits > 0 && validBits <= containerBits ? validBits : containerBits,
    bytesPerSample,
  };
}

/**
 * Encodes a `fmt ` chunk. Mono and stereo get the plain tags, which every reader takes also at 24 bits; more channels
 * get WAVE_FORMAT_EXTENSIBLE, with no speaker positions, as the standard asks.
 */
export function writeSampleFormat({
  format,
  sampleRate,
  channelCount,
  bits,
  bytesPerSample,
}: SampleFormat): Uint8Array {
  const tag = TAGS[format];
  const extensible = channelCount > 2;
  const fmt = new Uint8Array(extensible ? 40 : format === 'pcm' ? 16 : 18);
  const view = viewOf(fmt);
  const blockAlign = channelCount * bytesPerSample;
  view.setUint16(0, extensible ? EXTENSIBLE : tag, true);
  view.setUint16(2, channelCount, true);
  view.setUint32(4, sampleRate, true);
  view.setUint32(8, sampleRate * blockAlign, true);
  view.setUint16(12, blockAlign, true);
  view.setUint16(14, bytesPerSample * 8, true);
  if (extensible) {
    view.setUint16(16, 22, true);
    view.setUint16(18, bits, true);
    view.setUint16(24, tag, true);
    fmt.set(SUBFORMAT_TAIL, 26);
  }
  return fmt;
}

function formatOf(tag: number): SampleFormat['format'] | undefined {
  return (['pcm', 'float', 'alaw', 'mulaw'] as const).find((format) => TAGS[format] === tag);
}

/** A sample fills its bytes, or is 24 bits in four as some hardware wants; else channels or frame size are a lie. */
function isContainer(bytes: number, bits: number): boolean {
  return bits > 0 && (Math.ceil(bits / 8) === bytes || (bits === 24 && bytes === 4));
}

function badFormat(what: string): RefoleyError {
  return new RefoleyError('corrupt', `this WAV has a damaged header (${what}); export it again`);
}
