import { RefoleyError } from '#core/errors.ts';
import { blockFrames } from './audioStream.ts';
import type { AudioFacts } from './audioStream.ts';

/** 120 dB over full scale: a float beyond it is no sample but other data, or a plug-in that blew up. */
const NOT_SOUND = 1e6;

/** Cuts pieces of any length into blocks of about a second, `from` frames after the beginning. */
export async function* cutBlocks(
  pieces: AsyncIterable<Float32Array[]>,
  facts: Pick<AudioFacts, 'sampleRate' | 'channels'>,
  from: number,
): AsyncGenerator<Float32Array[], void> {
  const size = blockFrames(facts);
  let skip = from;
  let block: Float32Array[] | undefined;
  let filled = 0;
  for await (const piece of pieces) {
    const length = piece[0]?.length ?? 0;
    let at = Math.min(skip, length);
    skip -= at;
    while (at < length) {
      block ??= Array.from({ length: facts.channels }, () => new Float32Array(size));
      const count = Math.min(size - filled, length - at);
      for (const [index, channel] of block.entries())
        channel.set(piece[index]!.subarray(at, at + count), filled);
      at += count;
      filled += count;
      if (filled === size) {
        yield block;
        block = undefined;
        filled = 0;
      }
    }
  }
  if (block) yield block.map((channel) => channel.slice(0, filled));
}

/**
 * Puts 0 in the place of what is no sample (NaN, infinite, 120 dB over full scale), and notes how many there were.
 *
 * @throws RefoleyError `corrupt`, at the end, when they are more than half
 */
export async function* sanitised(
  blocks: AsyncIterable<Float32Array[]>,
  note: (text: string) => void,
): AsyncGenerator<Float32Array[], void> {
  let bad = 0;
  let total = 0;
  for await (const block of blocks) {
    for (const channel of block) {
      bad += silenceNonSamples(channel);
      total += channel.length;
    }
    yield block;
  }
  if (bad === 0) return;
  if (bad * 2 > total) {
    throw new RefoleyError(
      'corrupt',
      `${bad} of its ${total} samples are not numbers: its header says the wrong format, export it again`,
    );
  }
  note(`${bad} samples that are not numbers were read as silence`);
}

function silenceNonSamples(samples: Float32Array): number {
  let bad = 0;
  for (let index = 0; index < samples.length; index++) {
    // Also true of NaN, which is within no bounds.
    if (!(Math.abs(samples[index]!) <= NOT_SOUND)) {
      samples[index] = 0;
      bad++;
    }
  }
  return bad;
}
