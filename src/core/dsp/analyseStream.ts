import { createPeaks } from '#core/audio/peaks.ts';
import type { Peaks } from '#core/audio/peaks.ts';
import { createLoudnessMeter } from './loudness.ts';
import type { Loudness } from './loudness.ts';
import { mixdown } from './mixdown.ts';
import { createSoundEvents } from './soundEvents.ts';
import type { SoundEvent } from './soundEvents.ts';
import type { StreamFormat, StreamMeter } from './streamMeter.ts';

/** All that one pass over a file's samples finds out. */
export interface SoundAnalysis {
  /** Length in samples a channel. */
  readonly frames: number;
  /** Samples of all channels that were NaN or infinite and were taken for silence. */
  readonly invalidSamples: number;
  readonly loudness: Loudness;
  readonly peaks: Peaks;
  readonly events: readonly SoundEvent[];
  /** Mono mix of the beginning, for the models. */
  readonly heard: Float32Array;
}

/**
 * Analyses a file in one pass. Unlike the single meters it takes samples that are not finite numbers.
 *
 * @param heardSeconds how much of the beginning the models hear
 */
export function createStreamAnalysis(format: StreamFormat, heardSeconds: number): StreamMeter<SoundAnalysis> {
  const loudness = createLoudnessMeter(format);
  const peaks = createPeaks(format);
  const events = createSoundEvents(format);
  const heardFrames = Math.ceil(heardSeconds * format.rate);
  const heard: Float32Array[] = [];
  let frames = 0;
  let invalidSamples = 0;

  return {
    push(block) {
      const channels = block.map((channel) => {
        const invalid = countInvalid(channel);
        invalidSamples += invalid;
        return invalid === 0 ? channel : channel.map((sample) => (Number.isFinite(sample) ? sample : 0));
      });
      loudness.push(channels);
      peaks.push(channels);
      events.push(channels);
      if (frames < heardFrames) {
        const left = heardFrames - frames;
        // A copy: the caller may use its block again.
        heard.push(mixdown(channels.map((channel) => channel.slice(0, left))));
      }
      frames += channels[0]?.length ?? 0;
    },
    finish: () => ({
      frames,
      invalidSamples,
      loudness: loudness.finish(),
      peaks: peaks.finish(),
      events: events.finish(),
      heard: concatenated(heard),
    }),
  };
}

function countInvalid(samples: Float32Array): number {
  let invalid = 0;
  // The difference is NaN for NaN and for the infinities.
  for (let n = 0; n < samples.length; n++) if (samples[n]! - samples[n]! !== 0) invalid++;
  return invalid;
}

function concatenated(blocks: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(blocks.reduce((total, block) => total + block.length, 0));
  let offset = 0;
  for (const block of blocks) {
    whole.set(block, offset);
    offset += block.length;
  }
  return whole;
}
