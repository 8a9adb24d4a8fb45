import { readAiff } from '#core/audio/aiff.ts';
import type { ByteSource } from '#core/audio/riff.ts';
import type { SampleFormat } from '#core/audio/sampleFormat.ts';
import { decodeSamples } from '#core/audio/samples.ts';
import { wavLayout } from '#core/audio/wav.ts';
import type { AudioFile } from './audioFile.ts';
import { blockFrames } from './audioStream.ts';

/** Where the samples of an uncompressed file lie. */
export interface PcmLayout {
  readonly format: SampleFormat;
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  /** Whole frames that the file holds. */
  readonly frames: number;
  /** Frames that its header promises. */
  readonly declaredFrames: number;
}

/** Reads the headers of a WAV (BWF, RF64, BW64). Throws as `wavLayout`. */
export function readWavLayout(source: ByteSource): PcmLayout {
  const { format, data } = wavLayout(source);
  const frameBytes = format.channelCount * format.bytesPerSample;
  const stored = Math.max(0, Math.min(data.size, source.size - data.offset));
  return {
    format,
    offset: data.offset,
    frames: Math.floor(stored / frameBytes),
    declaredFrames: Math.floor(data.size / frameBytes),
  };
}

/** Reads the headers of an AIFF or AIFF-C. Throws as `readAiff`. */
export function readAiffLayout(source: ByteSource): PcmLayout {
  const { format, data, declaredFrames } = readAiff(source);
  const frames = Math.floor(data.size / (format.channelCount * format.bytesPerSample));
  return { format, offset: data.offset, frames, declaredFrames };
}

/** The samples from frame `from` on, a block at a time; reads no more of the file than is asked for. */
export async function* pcmBlocks(
  file: AudioFile,
  { format, offset, frames }: PcmLayout,
  from: number,
): AsyncGenerator<Float32Array[], void> {
  const frameBytes = format.channelCount * format.bytesPerSample;
  const most = blockFrames({ sampleRate: format.sampleRate, channels: format.channelCount });
  for (let first = from; first < frames; first += most) {
    const count = Math.min(most, frames - first);
    yield decodeSamples(await file.read(offset + first * frameBytes, count * frameBytes), format);
  }
}
