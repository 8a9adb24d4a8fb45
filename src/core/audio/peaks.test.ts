import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createPeaks, decodePeaks, encodePeaks, peaksBetween } from './peaks.ts';
import type { Peaks } from './peaks.ts';

const RATE = 48_000;

function peaksOf(channels: readonly Float32Array[], block = RATE): Peaks {
  const meter = createPeaks({ rate: RATE, channelCount: channels.length });
  const length = channels[0]?.length ?? 0;
  for (let from = 0; from < length; from += block) {
    meter.push(channels.map((channel) => channel.subarray(from, from + block)));
  }
  return meter.finish();
}

/** Sines of several lengths and levels: every bucket has other extremes. */
function sound(length: number, gain: number, seed: number): Float32Array {
  return Float32Array.from(
    { length },
    (_, n) => gain * Math.sin(n * (0.01 + seed / 977)) * Math.cos(n / 313 + seed),
  );
}

function extremes(samples: Float32Array, from: number, to: number): [number, number] {
  const part = samples.subarray(Math.max(0, from), Math.max(0, to));
  return [part.reduce((a, b) => Math.min(a, b), 0), part.reduce((a, b) => Math.max(a, b), 0)];
}

const sounds = fc
  .tuple(
    fc.integer({ min: 0, max: 6000 }),
    fc.integer({ min: 1, max: 3 }),
    fc.double({ min: 1e-6, max: 8, noNaN: true }),
  )
  .map(([length, count, gain]) => Array.from({ length: count }, (_, i) => sound(length, gain / (i + 1), i)));

describe('createPeaks', () => {
  it('keeps the extremes of every 256 samples, rounded outwards, and coarser levels of those', () => {
    fc.assert(
      fc.property(sounds, (channels) => {
        const peaks = peaksOf(channels);
        // Silence has no scale.
        const step = (peaks.scale || 1) / 32767;
        for (const { samplesPerBucket, channels: stored } of peaks.levels) {
          for (const [index, values] of stored.entries()) {
            expect(values.length).toBe(2 * Math.ceil(peaks.frames / samplesPerBucket));
            for (let i = 0; i < values.length / 2; i++) {
              const part = channels[index]!.subarray(i * samplesPerBucket, (i + 1) * samplesPerBucket);
              const [least, most] = [Math.min(...part), Math.max(...part)];
              expect(values[2 * i]! * step).toBeLessThanOrEqual(least + 1e-6 * step);
              expect(values[2 * i]! * step).toBeGreaterThan(least - 1.01 * step);
              expect(values[2 * i + 1]! * step).toBeGreaterThanOrEqual(most - 1e-6 * step);
              expect(values[2 * i + 1]! * step).toBeLessThan(most + 1.01 * step);
            }
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('does not depend on the blocks', () => {
    fc.assert(
      fc.property(sounds, fc.integer({ min: 1, max: 700 }), (channels, block) => {
        expect(peaksOf(channels, block)).toEqual(peaksOf(channels));
      }),
      { numRuns: 30 },
    );
  });

  it('ends with a level of at most 1024 buckets', () => {
    const sizes = peaksOf([sound(256 * 5000, 1, 1)]).levels.map(
      ({ channels: [values] }) => values!.length / 2,
    );
    expect(sizes).toEqual([5000, 1250, 313]);
  });

  it('bounds its memory: a sound too long for the finest buckets gets larger ones', () => {
    const meter = createPeaks({ rate: RATE, channelCount: 2 }, 256);
    const ramp = Float32Array.from({ length: 256 * 130 }, (_, n) => n / (256 * 130));
    meter.push([ramp, ramp]);
    const { levels, frames, scale } = meter.finish();
    expect(frames).toBe(ramp.length);
    expect(levels.map(({ samplesPerBucket }) => samplesPerBucket)).toEqual([512]);
    const values = levels[0]!.channels[1]!;
    expect(values.length).toBe(2 * 65);
    expect((values[2 * 64 + 1]! * scale) / 32767).toBe(ramp.at(-1));
    expect((values[2]! * scale) / 32767).toBeCloseTo(512 / ramp.length, 4);
  });

  it('keeps what is beyond full scale', () => {
    const [column] = peaksBetween(peaksOf([Float32Array.of(-3, 2.5)]), 0, 2, 1);
    expect(column!.minima[0]).toBeCloseTo(-3, 3);
    expect(column!.maxima[0]).toBeCloseTo(2.5, 3);
  });
});

describe('encodePeaks and decodePeaks', () => {
  it('are inverse to each other', () => {
    fc.assert(
      fc.property(sounds, (channels) => {
        const peaks = peaksOf(channels);
        expect(decodePeaks(encodePeaks(peaks))).toEqual(peaks);
      }),
      { numRuns: 50 },
    );
  });

  it('reads from the middle of a larger buffer, at an odd offset', () => {
    const peaks = peaksOf([sound(5000, 1, 1)]);
    const encoded = encodePeaks(peaks);
    const larger = new Uint8Array(encoded.length + 9);
    larger.set(encoded, 5);
    expect(decodePeaks(larger.subarray(5, 5 + encoded.length))).toEqual(peaks);
  });

  it('says of every damage that it is damage', () => {
    const whole = encodePeaks(peaksOf([sound(3000, 1, 1), sound(3000, 1, 2)]));
    const corrupt = expect.objectContaining({ kind: 'corrupt' });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        expect(() => decodePeaks(whole.subarray(0, length))).toThrow(corrupt);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => decodePeaks(bytes)).toThrow(corrupt);
      }),
    );
    // A header that lies: whatever it says, a result or `corrupt`, and at once.
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 27 }), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const lying = whole.slice();
        lying[at] = value;
        try {
          decodePeaks(lying);
        } catch (error) {
          expect(error).toEqual(corrupt);
        }
      }),
    );
  });
});

describe('peaksBetween', () => {
  it('never loses a peak and adds only what the touched buckets hold', () => {
    const views = fc.record({
      from: fc.double({ min: -2000, max: 400_000, noNaN: true }),
      length: fc.double({ min: 1, max: 450_000, noNaN: true }),
      width: fc.integer({ min: 1, max: 300 }),
    });
    const samples = sound(300_000, 0.5, 3);
    samples[150_001] = 0.99;
    samples[150_002] = -0.98;
    const peaks = peaksOf([samples]);
    fc.assert(
      fc.property(views, ({ from, length, width }) => {
        const [columns] = peaksBetween(peaks, from, from + length, width);
        expect(columns!.minima).toHaveLength(width);
        const perPixel = length / width;
        const size =
          peaks.levels.findLast((level) => level.samplesPerBucket <= perPixel)?.samplesPerBucket ?? 256;
        for (let pixel = 0; pixel < width; pixel++) {
          const start = from + pixel * perPixel;
          const [least, most] = extremes(samples, Math.ceil(start), Math.floor(start + perPixel));
          expect(columns!.minima[pixel]).toBeLessThanOrEqual(Math.min(0, least) + 1e-6);
          expect(columns!.maxima[pixel]).toBeGreaterThanOrEqual(Math.max(0, most) - 1e-6);
          const [lowest, highest] = extremes(
            samples,
            Math.floor(start - size),
            Math.ceil(start + perPixel + size),
          );
          expect(columns!.minima[pixel]).toBeGreaterThanOrEqual(lowest - 1e-4);
          expect(columns!.maxima[pixel]).toBeLessThanOrEqual(highest + 1e-4);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('shows nothing beyond the sound, and of an empty sound', () => {
    const [columns] = peaksBetween(peaksOf([new Float32Array(1024).fill(0.5)]), -1024, 2048, 3);
    expect([...columns!.maxima].map((value) => Math.round(value * 100))).toEqual([0, 50, 0]);
    expect(peaksBetween(peaksOf([new Float32Array(0)]), 0, 10, 2)[0]!.maxima).toEqual(new Float32Array(2));
  });

  it.each([
    [0, 0, 10],
    [10, 5, 10],
    [0, Infinity, 10],
    [Number.NaN, 1, 10],
    [0, 10, 0],
    [0, 10, 1.5],
  ])('refuses samples %d to %d in %d pixels', (from, to, width) => {
    expect(() => peaksBetween(peaksOf([new Float32Array(10)]), from, to, width)).toThrow(
      expect.objectContaining({ kind: 'input' }),
    );
  });
});
