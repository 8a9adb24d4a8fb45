import { mixdown } from '#core/dsp/mixdown.ts';
import { asRefoleyError } from '#core/errors.ts';
import type { Analysis, Unheard } from './analyser.ts';
import { decodeFile } from './decode.ts';
import type { Region } from './decodedAudio.ts';
import { hashFile } from './hashFile.ts';

/** A longer sound is represented by its first minute: an hour of ambience must not fill the memory. */
const ANALYSED_SECONDS = 60;

type Embed = (samples: Float32Array, sampleRate: number) => Promise<Float32Array>;

/**
 * Listens to a file.
 *
 * @param embed unit vector of mono samples at a rate in Hz
 */
export async function analyseFile(
  path: string,
  parts: readonly Region[],
  embed: Embed,
): Promise<Analysis | Unheard> {
  try {
    return await analyse(path, parts, embed);
  } catch (cause) {
    const { kind, message } = asRefoleyError(cause);
    return { problem: { kind, message } };
  }
}

async function analyse(path: string, parts: readonly Region[], embed: Embed): Promise<Analysis> {
  const sha256 = await hashFile(path);
  const whole = await decodeFile(path, undefined, ANALYSED_SECONDS);
  const vectors: Float32Array[] = [];
  for (const part of parts) {
    const all = part.start === 0 && part.end === null;
    const { channels, sampleRate } = all ? whole : await decodeFile(path, part, ANALYSED_SECONDS);
    vectors.push(await embed(mixdown(channels), sampleRate));
  }
  const { seconds, sampleRate, channels, bits } = whole;
  const format = { seconds, sampleRate, channels: channels.length, bits };
  return { ...format, sha256, loudness: null, truePeak: null, vectors, events: [] };
}
