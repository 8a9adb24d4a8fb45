import { readChunk, walkRiff } from '#core/audio/riff.ts';
import type { ByteSource } from '#core/audio/riff.ts';
import { readSampleFormat } from '#core/audio/sampleFormat.ts';
import { decodeSamples } from '#core/audio/samples.ts';
import { RefoleyError } from '#core/errors.ts';
import { framesOf } from './decodedAudio.ts';
import type { DecodedAudio, Region } from './decodedAudio.ts';

/** Decodes a region of a WAV, reading no more of the file than that. Throws as `readWav`. */
export function decodeWav(source: ByteSource, region: Region, maxSeconds: number): DecodedAudio {
  const chunks = [...walkRiff(source)];
  const fmt = chunks.find(({ id }) => id === 'fmt ');
  const data = chunks.find(({ id }) => id === 'data');
  if (!fmt || !data) {
    throw new RefoleyError(
      'corrupt',
      'this WAV has no samples or no description of them: copy or export it again',
    );
  }
  const format = readSampleFormat(readChunk(source, fmt));
  const frameBytes = format.channelCount * format.bytesPerSample;
  const total = Math.floor(Math.max(0, Math.min(data.size, source.size - data.offset)) / frameBytes);
  const { first, last, seconds } = framesOf(region, total, format.sampleRate, maxSeconds);
  const bytes = source.read(data.offset + first * frameBytes, (last - first) * frameBytes);
  return {
    sampleRate: format.sampleRate,
    channels: decodeSamples(bytes, format),
    bits: format.bits,
    seconds,
  };
}
