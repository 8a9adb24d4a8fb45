import { RefoleyError } from '#core/errors.ts';
import { viewOf } from './riff.ts';

/** How interleaved samples are stored: from the `fmt ` chunk of a WAV or the `COMM` chunk of an AIFF. */
export type SampleFormat = {
  readonly format: 'pcm' | 'float';
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

const PCM = 0x0001;
const IEEE_FLOAT = 0x0003;
const EXTENSIBLE = 0xfffe;
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

  if (tag !== PCM && tag !== IEEE_FLOAT) {
    const name = `0x${tag.toString(16).padStart(4, '0')}`;
    throw new RefoleyError('input', `this WAV is compressed (format ${name}); convert it to PCM WAV or FLAC`);
  }
  if (channelCount === 0) throw badFormat('it declares no channels');
  if (sampleRate === 0) throw badFormat('its sample rate is 0 Hz');
  const bytesPerSample = blockAlign === 0 ? Math.ceil(containerBits / 8) : blockAlign / channelCount;
  if (!Number.isInteger(bytesPerSample) || bytesPerSample * 8 < containerBits || containerBits === 0) {
    throw badFormat(
      `${containerBits} bits in ${channelCount} channels do not fit frames of ${blockAlign} bytes`,
    );
  }
  const widths = tag === PCM ? [1, 2, 3, 4] : [4, 8];
  if (!widths.includes(bytesPerSample)) {
    throw new RefoleyError(
      'input',
      `samples of ${bytesPerSample} bytes are not supported; convert to 24-bit WAV`,
    );
  }
  return {
    format: tag === PCM ? 'pcm' : 'float',
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
  const tag = format === 'pcm' ? PCM : IEEE_FLOAT;
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

function badFormat(what: string): RefoleyError {
  return new RefoleyError('corrupt', `this WAV has a damaged header (${what}); export it again`);
}
