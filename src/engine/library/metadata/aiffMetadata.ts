import { readAiff } from '#core/audio/aiff.ts';
import { readAiffTexts } from '#core/audio/aiffText.ts';
import { walkChunks } from '#core/audio/riff.ts';
import type { ByteSource } from '#core/audio/riff.ts';
import type { FileFormat } from './fileMetadata.ts';
import { loopRegion } from './regions.ts';
import type { SampleRegion } from './regions.ts';
import type { TextFields } from './textFields.ts';
import { chunksOf, MAX_METADATA_BYTES, tryRead } from './tryRead.ts';
import type { FileBlocks } from './wavMetadata.ts';

/** Reads the chunks of an AIFF or AIFF-C that say something. Never throws. */
export function readAiffBlocks(source: ByteSource, fields: TextFields): FileBlocks {
  const chunks = chunksOf(walkChunks(source, 12, ({ size }) => size, 'big'));
  const { texts, markers, loops, id3 } = readAiffTexts(
    source,
    chunks.filter(({ size }) => size <= MAX_METADATA_BYTES),
  );
  for (const { id, text } of texts) fields.add(`AIFF/${id.trim()}`, text);
  const ends = new Set(loops.flatMap(({ start, end }) => [start, end]));
  const places = markers
    .filter(({ position }) => !ends.has(position))
    .map(({ position, label }): SampleRegion => ({ start: position, end: position, label, kind: 'marker' }));
  return {
    format: tryRead(() => formatOf(source)) ?? null,
    regions: [...places, ...loops.map(loopRegion)],
    synthetic: false,
    id3,
  };
}

function formatOf(source: ByteSource): FileFormat {
  const { format, data } = readAiff(source);
  const { sampleRate, channelCount, bits, bytesPerSample } = format;
  const frames = Math.floor(data.size / (channelCount * bytesPerSample));
  return { sampleRate, channels: channelCount, bits, seconds: frames / sampleRate, estimated: false };
}
