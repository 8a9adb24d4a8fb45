import { RefoleyError } from '#core/errors.ts';
import { encodeBext } from './bext.ts';
import type { Bext } from './bext.ts';
import { encodeUtf8 } from './encoding.ts';
import { encodeInfo } from './info.ts';
import type { InfoTags } from './info.ts';
import { byteSource, readChunk, viewOf, walkRiff } from './riff.ts';
import type { ByteSource, RiffChunk } from './riff.ts';
import { tooLarge, writeRiff } from './riffWrite.ts';
import type { ChunkToWrite } from './riffWrite.ts';
import { readSampleFormat, writeSampleFormat } from './sampleFormat.ts';
import type { SampleFormat } from './sampleFormat.ts';
import { decodeSamples, encodeSamples } from './samples.ts';

/** The longest known `fmt ` chunk, WAVEFORMATEXTENSIBLE, takes 40 bytes. */
const FMT_BYTES = 64;

/** What a WAV's header says. */
export type WavInfo = Pick<SampleFormat, 'sampleRate' | 'bits' | 'format'> & {
  readonly channels: number;
  readonly frames: number;
  readonly seconds: number;
};

/** A decoded WAV: one Float32Array per channel, -1..1 at full scale. */
export type Wav = Pick<SampleFormat, 'sampleRate' | 'bits' | 'format'> & {
  readonly channels: Float32Array[];
  readonly chunks: readonly RiffChunk[];
};

/** A WAV to write. */
export type WavToWrite = {
  /** Samples per second. */
  readonly sampleRate: number;
  readonly channels: readonly Float32Array[];
  /** 16 and 24 are integers, 32 is float. */
  readonly bits: 16 | 24 | 32;
  readonly metadata?: {
    readonly bext?: Bext;
    readonly ixml?: string;
    readonly info?: InfoTags;
    /** All others, as they are to stand in the file. */
    readonly chunks?: readonly ChunkToWrite[];
  };
  /** Noise to add before rounding to 16 bits, in units of the last bit. */
  readonly dither?: () => number;
};

/**
 * Decodes a WAV, BWF or RF64: PCM of 8, 16, 24 and 32 bits, float of 32 and 64 bits, any number of channels.
 * A truncated file gives the samples that it still has.
 *
 * @throws RefoleyError `corrupt` when the header is damaged or there are no samples; `input` when it is compressed.
 */
export function readWav(bytes: Uint8Array): Wav {
  const source = byteSource(bytes);
  const chunks = [...walkRiff(source)];
  const { format, data } = formatAndData(source, chunks);
  return {
    sampleRate: format.sampleRate,
    channels: decodeSamples(readChunk(source, data), format),
    bits: format.bits,
    format: format.format,
    chunks,
  };
}

/**
 * Reads the facts in a WAV's header without touching its samples. Plain bytes may be the first part of a file, as far
 * as the header of its `data` chunk: the length it declares is believed. A ByteSource knows the length of its file,
 * so the frames of a truncated file are counted as they are.
 *
 * @throws RefoleyError as `readWav`.
 */
export function wavInfo(input: Uint8Array | ByteSource): WavInfo {
  const source = input instanceof Uint8Array ? byteSource(input) : input;
  const { format, data } = formatAndData(source, walkRiff(source));
  const size = input instanceof Uint8Array ? data.size : Math.min(data.size, source.size - data.offset);
  const frames = Math.floor(size / (format.channelCount * format.bytesPerSample));
  return {
    sampleRate: format.sampleRate,
    channels: format.channelCount,
    bits: format.bits,
    format: format.format,
    frames,
    seconds: frames / format.sampleRate,
  };
}

/**
 * Reads the first chunk with this id (they are case-sensitive), or nothing.
 *
 * @param most bytes: a size in a header is no reason to fill the memory
 * @throws RefoleyError as `walkRiff`; `corrupt` when the file holds more of the chunk than `most`
 */
export function readWavChunk(
  input: Uint8Array | ByteSource,
  id: string,
  most = Infinity,
): Uint8Array | undefined {
  const source = input instanceof Uint8Array ? byteSource(input) : input;
  for (const chunk of walkRiff(source)) {
    if (chunk.id !== id) continue;
    if (Math.min(chunk.size, source.size - chunk.offset) > most) {
      const size = `${Math.round(chunk.size / 1e6)} MB`;
      throw new RefoleyError('corrupt', `its "${id.trim()}" chunk claims ${size}: export the file again`);
    }
    return readChunk(source, chunk);
  }
  return undefined;
}

/**
 * Encodes a WAV. Chunks: `bext` (EBU Tech 3285 wants it before the samples, and field recorders write it first),
 * `fmt `, `fact` for float, `iXML`, `LIST` INFO, the others, and `data` last, so that the first part of a file tells all about it
 * and a copy that is cut short loses samples only.
 *
 * @throws RefoleyError `input` when the sample rate or the channels cannot be stored; `internal` when a sample is not
 * a finite number.
 */
export function writeWav({ sampleRate, channels, bits, metadata = {}, dither }: WavToWrite): Uint8Array {
  if (!Number.isInteger(sampleRate) || sampleRate < 1 || sampleRate > 0xffff_ffff) {
    throw new RefoleyError(
      'input',
      `a WAV cannot have ${sampleRate} samples per second; choose 48000 for instance`,
    );
  }
  if (channels.length * 4 > 0xffff) {
    throw new RefoleyError('input', `a WAV cannot have ${channels.length} channels; write several files`);
  }
  const bytesPerSample = bits / 8;
  const format = bits === 32 ? 'float' : 'pcm';
  const fmt = writeSampleFormat({ format, sampleRate, channelCount: channels.length, bits, bytesPerSample });
  const chunks: ChunkToWrite[] = [];
  if (metadata.bext) chunks.push({ id: 'bext', payload: encodeBext(metadata.bext) });
  chunks.push({ id: 'fmt ', payload: fmt });
  if (format === 'float') chunks.push({ id: 'fact', payload: frameCount(channels[0]?.length ?? 0) });
  if (metadata.ixml) chunks.push({ id: 'iXML', payload: encodeUtf8(metadata.ixml) });
  if (metadata.info) chunks.push({ id: 'LIST', payload: encodeInfo(metadata.info) });
  chunks.push(...(metadata.chunks ?? []));
  chunks.push({ id: 'data', payload: encodeSamples(channels, bits, dither) });
  return writeRiff('RIFF', 'WAVE', chunks);
}

/**
 * What stands before the samples of a WAV of 32-bit float, which are written later: see `interleave`.
 *
 * @throws RefoleyError `input` when it would pass 4 GiB
 */
export function floatWavHeader(sampleRate: number, channelCount: number, frames: number): Uint8Array {
  const bytes = 4 * channelCount * frames;
  const fmt = writeSampleFormat({ format: 'float', sampleRate, channelCount, bits: 32, bytesPerSample: 4 });
  const header = writeRiff('RIFF', 'WAVE', [
    { id: 'fmt ', payload: fmt },
    { id: 'fact', payload: frameCount(frames) },
    { id: 'data', payload: new Uint8Array(0) },
  ]);
  if (header.length + bytes > 0xffff_ffff) throw tooLarge();
  viewOf(header).setUint32(4, header.length - 8 + bytes, true);
  viewOf(header).setUint32(header.length - 4, bytes, true);
  return header;
}

/**
 * Finds the samples of a WAV and how they are stored, reading headers only.
 *
 * @throws RefoleyError as `readWav`.
 */
export function wavLayout(source: ByteSource): { readonly format: SampleFormat; readonly data: RiffChunk } {
  return formatAndData(source, walkRiff(source));
}

function formatAndData(
  source: ByteSource,
  chunks: Iterable<RiffChunk>,
): { readonly format: SampleFormat; readonly data: RiffChunk } {
  let fmt: RiffChunk | undefined;
  let data: RiffChunk | undefined;
  for (const chunk of chunks) {
    if (chunk.id === 'fmt ') fmt ??= chunk;
    if (chunk.id === 'data') data ??= chunk;
    if (fmt && data) return { format: readSampleFormat(readChunk(source, fmt, FMT_BYTES)), data };
  }
  const missing = fmt ? 'data' : 'fmt ';
  throw new RefoleyError(
    'corrupt',
    `this WAV has no "${missing}" chunk; it is damaged, export or copy it again`,
  );
}

function frameCount(frames: number): Uint8Array {
  const fact = new Uint8Array(4);
  viewOf(fact).setUint32(0, frames, true);
  return fact;
}
