import type { AudioStream } from './decode/audioStream.ts';
import { noSamples, openAudio } from './decode/openAudio.ts';
import { framesOf } from './decodedAudio.ts';
import type { DecodedAudio, Region } from './decodedAudio.ts';

/** Samples of all channels together that are held at once: 512 MB. */
const MAX_SAMPLES = 128 * 1024 * 1024;
const WHOLE: Region = { start: 0, end: null };

/**
 * Decodes a region of a sound file that {@link openAudio} knows. Reads no more of a WAV or AIFF than that; compressed
 * files from their beginning on.
 *
 * @param region seconds; the whole file unless given
 * @param maxSeconds decode no more than this from the region's beginning, nor more than 512 MB of samples
 * @throws RefoleyError as {@link openAudio} and its `blocks`
 */
export async function decodeFile(
  path: string,
  region: Region = WHOLE,
  maxSeconds = Infinity,
): Promise<DecodedAudio> {
  const stream = await openAudio(path);
  try {
    return await decodeRegion(stream, region, maxSeconds);
  } finally {
    await stream.close();
  }
}

async function decodeRegion(stream: AudioStream, region: Region, maxSeconds: number): Promise<DecodedAudio> {
  const { sampleRate, channels: channelCount, bits } = stream;
  const most = Math.min(maxSeconds, Math.floor(MAX_SAMPLES / channelCount) / sampleRate);
  const promised = framesOf(region, stream.frames ?? Infinity, sampleRate, most);
  // Where the header tells no length, the file is decoded up to the region's end only to learn it.
  const stop = stream.frames === null ? promised.end : promised.last;
  const blocks: Float32Array[][] = [];
  let reached = promised.first;
  for await (const block of stream.blocks(promised.first)) {
    const kept = Math.max(0, promised.last - reached);
    const length = block[0]?.length ?? 0;
    if (kept > 0) blocks.push(kept < length ? block.map((channel) => channel.subarray(0, kept)) : block);
    reached += length;
    if (reached >= stop) break;
  }
  if (blocks.length === 0) throw noSamples();
  // A header may promise more than there is.
  const { seconds } = reached < stop ? framesOf(region, reached, sampleRate, most) : promised;
  const channels = Array.from({ length: channelCount }, (_, index) => joined(blocks, index));
  return { sampleRate, channels, bits, seconds, notes: stream.notes };
}

/** A channel of all blocks; each part is let go as soon as it is copied. */
function joined(blocks: Float32Array[][], channel: number): Float32Array {
  const parts = blocks.map((block) => block[channel]!);
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const [index, part] of parts.entries()) {
    samples.set(part, at);
    at += part.length;
    blocks[index]![channel] = new Float32Array();
  }
  return samples;
}
