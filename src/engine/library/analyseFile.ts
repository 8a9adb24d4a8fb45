import { join } from 'node:path';
import { levelOrNull } from '#core/dsp/level.ts';
import { encodePeaks } from '#core/audio/peaks.ts';
import { createStreamAnalysis } from '#core/dsp/analyseStream.ts';
import { mixdown } from '#core/dsp/mixdown.ts';
import type { SoundEvent } from '#core/dsp/soundEvents.ts';
import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { writeFileAtomic } from '../files/replaceFile.ts';
import type { Analysis, HeardEvent, Unheard } from './analyser.ts';
import { decodeFile } from './decode.ts';
import { openAudio } from './decode/openAudio.ts';
import type { AudioStream } from './decode/audioStream.ts';
import type { Region } from './decodedAudio.ts';
import { eventSamples } from './eventSamples.ts';

/** A longer sound is represented by its first minute: an hour of ambience must not fill the memory. */
export const ANALYSED_SECONDS = 60;
/** Each takes filters of its own, some 7 KB; a header may claim 65,535. */
const MAX_CHANNELS = 1024;

export interface Listener {
  /** Unit vector of mono samples at a rate in Hz. */
  readonly embed: (samples: Float32Array, sampleRate: number) => Promise<Float32Array>;
  /** Where the waveforms of sounds are kept for drawing, by the hash of their files; derived, may be deleted. */
  readonly peaksFolder: string;
}

/** Listens to a file: one pass over its samples, and a second one over those of a long file that holds several events. */
export async function analyseFile(
  path: string,
  parts: readonly Region[],
  listener: Listener,
): Promise<Analysis | Unheard> {
  try {
    const stream = await openAudio(path, { hash: true });
    try {
      return await analyse(path, stream, parts, listener);
    } finally {
      await stream.close();
    }
  } catch (cause) {
    const { kind, message } = asRefoleyError(cause);
    return { problem: { kind, message } };
  }
}

async function analyse(
  path: string,
  stream: AudioStream,
  parts: readonly Region[],
  { embed, peaksFolder }: Listener,
): Promise<Analysis> {
  const { sampleRate, channels, bits } = stream;
  if (channels > MAX_CHANNELS) {
    const what = `it has ${channels} channels: export it with at most ${MAX_CHANNELS}, in several files perhaps`;
    throw new RefoleyError('input', what);
  }
  const meter = createStreamAnalysis({ rate: sampleRate, channelCount: channels }, ANALYSED_SECONDS);
  for await (const block of stream.blocks()) meter.push(block);
  const { frames, loudness, peaks, events, heard } = meter.finish();
  const sha256 = await stream.sha256();

  const vectors: Float32Array[] = [];
  for (const part of parts) {
    const whole = part.start === 0 && part.end === null;
    // The user's region of a file that has become shorter must not make the file fail.
    const beyond = part.start * sampleRate >= frames;
    const samples = whole ? heard : beyond ? new Float32Array(sampleRate) : await partOf(path, part);
    vectors.push(await embed(samples, sampleRate));
  }
  const found = await embedEvents(path, events, embed);
  makeFolder(join(peaksFolder, sha256.slice(0, 2)));
  await writeFileAtomic(peaksPath(peaksFolder, sha256), encodePeaks(peaks));
  return {
    ...{ sampleRate, channels, bits, seconds: frames / sampleRate, sha256, vectors, events: found },
    loudness: levelOrNull(loudness.integrated),
    truePeak: levelOrNull(loudness.truePeak),
  };
}

/** The waveform of a file's samples, for drawing. */
export function peaksPath(folder: string, sha256: string): string {
  return join(folder, sha256.slice(0, 2), `${sha256}.peaks`);
}

async function partOf(path: string, part: Region): Promise<Float32Array> {
  return mixdown((await decodeFile(path, part, ANALYSED_SECONDS)).channels);
}

/** A file that is one event needs no regions. */
async function embedEvents(
  path: string,
  events: readonly SoundEvent[],
  embed: Listener['embed'],
): Promise<HeardEvent[]> {
  if (events.length < 2) return [];
  const stream = await openAudio(path);
  try {
    const found: HeardEvent[] = [];
    for await (const { event, samples } of eventSamples(stream, events, ANALYSED_SECONDS))
      found.push({ ...event, vector: await embed(samples, stream.sampleRate) });
    return found;
  } finally {
    await stream.close();
  }
}
