import { readAiff } from '#core/audio/aiff.ts';
import { readChunk, walkRiff } from '#core/audio/riff.ts';
import type { ByteSource } from '#core/audio/riff.ts';
import { readSampleFormat } from '#core/audio/sampleFormat.ts';
import type { SampleFormat } from '#core/audio/sampleFormat.ts';
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
  const size = Math.max(0, Math.min(data.size, source.size - data.offset));
  return decodeFrames(
    source,
    readSampleFormat(readChunk(source, fmt)),
    { ...data, size },
    region,
    maxSeconds,
  );
}

/** Decodes a region of an AIFF, reading no more of the file than that. Throws as `readAiff`. */
export function decodeAiff(source: ByteSource, region: Region, maxSeconds: number): DecodedAudio {
  const { format, data } = readAiff(source);
  return decodeFrames(source, format, data, region, maxSeconds);
}

function decodeFrames(
  source: ByteSource,
  format: SampleFormat,
  data: { readonly offset: number; readonly size: number },
  region: Region,
  maxSeconds: number,
): DecodedAudio {
  const { sampleRate, bits } = format;
  const frameBytes = format.channelCount * format.bytesPerSample;
  const total = Math.floor(data.size / frameBytes);
  const { first, last, seconds } = framesOf(region, total, sampleRate, maxSeconds);
  const bytes = source.read(data.offset + first * frameBytes, (last - first) * frameBytes);
  return { sampleRate, channels: decodeSamples(bytes, format), bits, seconds };
}
