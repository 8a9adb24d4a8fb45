import { describe, expect, it } from 'vitest';

import { createPeaks } from '#core/audio/peaks.ts';
import { createStreamAnalysis } from './analyseStream.ts';
import { measureLoudness } from './loudness.ts';
import { mixdown } from './mixdown.ts';
import { probeSignal } from './probeSignal.ts';
import { createSoundEvents } from './soundEvents.ts';

const RATE = 8000;
const FORMAT = { rate: RATE, channelCount: 2 };

/** Feeds 1000 samples at a time from one buffer, as a decoder does. */
function analyse(channels: readonly Float32Array[], heardSeconds = 2) {
  const analysis = createStreamAnalysis(FORMAT, heardSeconds);
  const buffers = channels.map(() => new Float32Array(1000));
  const length = channels[0]?.length ?? 0;
  for (let from = 0; from < length; from += 1000) {
    const size = Math.min(1000, length - from);
    for (const [i, buffer] of buffers.entries()) buffer.set(channels[i]!.subarray(from, from + size));
    analysis.push(buffers.map((buffer) => buffer.subarray(0, size)));
  }
  return analysis.finish();
}

describe('createStreamAnalysis', () => {
  const left = probeSignal(RATE, 7.5);
  const right = left.map((sample, n) => 0.5 * sample + 0.1 * Math.sin(n / 5));

  it('finds what the single meters find', () => {
    const analysis = analyse([left, right]);
    const peaks = createPeaks(FORMAT);
    const events = createSoundEvents(FORMAT);
    peaks.push([left, right]);
    events.push([left, right]);
    expect(analysis).toEqual({
      frames: left.length,
      invalidSamples: 0,
      loudness: measureLoudness([left, right], RATE),
      peaks: peaks.finish(),
      events: events.finish(),
      heard: mixdown([left, right]).subarray(0, 2 * RATE),
    });
  });

  it('hears a shorter sound whole', () => {
    expect(analyse([left, right], 60).heard).toEqual(mixdown([left, right]));
  });

  it('takes samples that are no numbers for silence and counts them', () => {
    const damaged = left.slice();
    damaged.set([Number.NaN, Infinity, -Infinity], 20_000);
    const mended = left.slice();
    mended.fill(0, 20_000, 20_003);
    expect(analyse([damaged, right])).toEqual({ ...analyse([mended, right]), invalidSamples: 3 });
    expect(damaged[20_000]).toBeNaN();
  });

  it('has an answer for no samples at all', () => {
    const { frames, events, heard, loudness } = createStreamAnalysis(FORMAT, 2).finish();
    expect({ frames, events, heard: heard.length, integrated: loudness.integrated }).toEqual({
      frames: 0,
      events: [],
      heard: 0,
      integrated: -Infinity,
    });
  });
});
