import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createSoundEvents } from './soundEvents.ts';
import type { SoundEvent } from './soundEvents.ts';

const RATE = 8000;

function eventsOf(channels: readonly Float32Array[], block = RATE, rate = RATE): SoundEvent[] {
  const meter = createSoundEvents({ rate, channelCount: channels.length });
  const length = channels[0]?.length ?? 0;
  for (let from = 0; from < length; from += block) {
    meter.push(channels.map((channel) => channel.subarray(from, from + block)));
  }
  return meter.finish();
}

/** Gaussian noise, the sum of uniform ones, by the generator of Numerical Recipes. */
function noise(seconds: number, dbfs: number, seed = 1): Float32Array {
  let state = seed;
  const uniform = (): number => (state = (Math.imul(1664525, state) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  const gain = 10 ** (dbfs / 20) * Math.sqrt(12 / 4);
  return Float32Array.from(
    { length: Math.round(seconds * RATE) },
    () => gain * (uniform() + uniform() + uniform() + uniform()),
  );
}

/** A burst of noise that falls by `fall` dB a second. */
function slam(seconds: number, dbfs: number, fall: number, seed = 7): Float32Array {
  return noise(seconds, dbfs, seed).map((sample, n) => sample * 10 ** ((-fall * n) / RATE / 20));
}

function mixed(bed: Float32Array, sounds: readonly { at: number; samples: Float32Array }[]): Float32Array {
  const sum = bed.slice();
  for (const { at, samples } of sounds) {
    const first = Math.round(at * RATE);
    for (let n = 0; n < samples.length && first + n < sum.length; n++) sum[first + n]! += samples[n]!;
  }
  return sum;
}

function level(samples: Float32Array): number {
  return 10 * Math.log10(samples.reduce((total, sample) => total + sample ** 2, 0) / samples.length);
}

/** Level in dBFS that a twentieth of the file's windows do not pass. */
function quietest(samples: Float32Array, size: number): number {
  const windows = Array.from({ length: Math.ceil(samples.length / size) }, (_, i) =>
    level(samples.subarray(i * size, (i + 1) * size)),
  );
  return windows.sort((a, b) => a - b)[Math.floor(0.05 * windows.length)]!;
}

describe('createSoundEvents', () => {
  it.each([-90, -60, -50])('makes ten regions of ten door slams over hiss at %d dBFS', (hiss) => {
    const starts = Array.from({ length: 10 }, (_, i) => 1 + 2.5 * i);
    const bed = noise(27, hiss);
    const events = eventsOf([
      mixed(
        bed,
        starts.map((at) => ({ at, samples: slam(1.5, -12, 60) })),
      ),
    ]);
    expect(events).toHaveLength(10);
    // The decay of 60 dB a second sinks into the hiss, or into what counts as silence.
    const decay = (-12 - Math.max(hiss, -80)) / 60;
    for (const [i, { start, end }] of events.entries()) {
      expect(start).toBeGreaterThan(starts[i]! - 0.05);
      expect(start).toBeLessThanOrEqual(starts[i]!);
      expect(Math.abs(end - starts[i]! - decay)).toBeLessThan(0.15);
    }
  });

  it('leaves a file of one sound whole, and says where in the file it is', () => {
    const [event, ...others] = eventsOf([mixed(noise(20, -80), [{ at: 8, samples: slam(2, -6, 30) }])]);
    expect(others).toEqual([]);
    expect(event!.start).toBeCloseTo(8, 1);
    expect(event!.end).toBeCloseTo(10, 1);
    const short = mixed(
      noise(4, -80),
      [0.5, 2, 3.5].map((at) => ({ at, samples: slam(0.3, -6, 100) })),
    );
    expect(eventsOf([short])).toHaveLength(1);
  });

  it('finds nothing in silence, in no samples and in dither', () => {
    expect(eventsOf([new Float32Array(10 * RATE)])).toEqual([]);
    expect(eventsOf([new Float32Array(0)])).toEqual([]);
    expect(eventsOf([noise(10, -96)])).toEqual([]);
  });

  it('is not thrown off by samples of absurd size', () => {
    const damaged = mixed(noise(10, -60), [{ at: 4, samples: Float32Array.of(1e30, -3e38) }]);
    const events = eventsOf([damaged]);
    expect(events.some(({ start, end }) => start <= 4 && end >= 4)).toBe(true);
  });

  it('takes steps for a walk, and walks apart for two', () => {
    const steps = [0, 0.5, 1, 1.5, 2, 2.5, 3].flatMap((at) => [1 + at, 8 + at]);
    const walk = mixed(
      noise(15, -65),
      steps.map((at) => ({ at, samples: slam(0.25, -15, 160) })),
    );
    const events = eventsOf([walk]);
    expect(events).toHaveLength(2);
    expect(events[1]!.start).toBeCloseTo(8, 1);
  });

  it('keeps clicks that stand alone and joins those beside a sound', () => {
    const click = slam(0.01, -6, 0);
    const alone = [1, 4, 7].map((at) => ({ at, samples: click }));
    expect(eventsOf([mixed(noise(10, -70), alone)])).toHaveLength(3);
    const beside = [...alone, { at: 7.7, samples: slam(1, -10, 40) }];
    expect(eventsOf([mixed(noise(10, -70), beside)])).toHaveLength(3);
  });

  it('cuts steady sound into stretches at its quiet moments', () => {
    const swelling = noise(200, -20).map(
      (sample, n) => sample * (1 - 0.6 * Math.cos((2 * Math.PI * n) / RATE / 10)),
    );
    const events = eventsOf([swelling]);
    expect(events.length).toBeGreaterThanOrEqual(200 / 30);
    expect(events.length).toBeLessThanOrEqual(200 / 15 + 1);
    expect(events[0]!.start).toBe(0);
    expect(events.at(-1)!.end).toBe(200);
    for (const [i, { start, end }] of events.entries()) {
      expect(end - start).toBeLessThanOrEqual(30);
      if (i === 0) continue;
      expect(start).toBeCloseTo(events[i - 1]!.end, 6);
      // Quietest every 10 s.
      expect(Math.abs(start - 10 * Math.round(start / 10))).toBeLessThan(1.5);
    }
  });

  it('cuts before an onset that comes into the decay of another sound', () => {
    const starts = [0.5, 5.5, 10.5, 15.5];
    const hall = mixed(
      noise(22, -90),
      starts.map((at) => ({ at, samples: slam(6, -10, 8) })),
    );
    const events = eventsOf([hall]);
    expect(events).toHaveLength(4);
    for (const [i, { start }] of events.entries()) expect(Math.abs(start - starts[i]!)).toBeLessThan(0.05);
  });

  it('does not let channels in opposite phase cancel, nor DC hide anything', () => {
    const left = mixed(
      noise(12, -70),
      [2, 6, 9].map((at) => ({ at, samples: slam(1, -10, 60) })),
    );
    const events = eventsOf([left.map((sample) => sample + 0.3), left.map((sample) => 0.3 - sample)]);
    expect(events.map(({ start }) => Math.round(start))).toEqual(
      expect.arrayContaining([2, 6, 9]) as number[],
    );
    expect(events.length).toBeLessThanOrEqual(4);
  });

  it('gives 500 events at most, and joins those with short gaps to runs of at most 30 s', () => {
    const starts = Array.from({ length: 700 }, (_, i) => 1 + i + (i % 7 === 0 ? 0 : 0.12));
    const ticks = mixed(
      noise(702, -80),
      starts.map((at) => ({ at, samples: slam(0.1, -10, 400) })),
    );
    const events = eventsOf([ticks]);
    expect(events.length).toBeLessThanOrEqual(500);
    expect(events.length).toBeGreaterThan(100);
    expect(Math.max(...events.map(({ start, end }) => end - start))).toBeLessThan(30);
  });

  it('gives ordered regions within the file that hold every loud moment, however the blocks are cut', () => {
    const recordings = fc.record({
      seconds: fc.double({ min: 0.1, max: 40, noNaN: true }),
      hiss: fc.double({ min: -95, max: -45, noNaN: true }),
      sounds: fc.array(
        fc.record({
          at: fc.double({ min: 0, max: 40, noNaN: true }),
          length: fc.double({ min: 0.005, max: 12, noNaN: true }),
          dbfs: fc.double({ min: -30, max: -6, noNaN: true }),
          fall: fc.double({ min: 0, max: 100, noNaN: true }),
        }),
        { maxLength: 12 },
      ),
      block: fc.integer({ min: 100, max: 3 * RATE }),
    });
    fc.assert(
      fc.property(recordings, ({ seconds, hiss, sounds, block }) => {
        const bed = noise(seconds, hiss);
        const samples = mixed(
          bed,
          sounds.map(({ at, length, dbfs, fall }, i) => ({ at, samples: slam(length, dbfs, fall, i + 2) })),
        );
        const events = eventsOf([samples], block);
        expect(events).toEqual(eventsOf([samples]));
        for (const [i, { start, end }] of events.entries()) {
          expect(start).toBeGreaterThanOrEqual(events[i - 1]?.end ?? 0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(samples.length / RATE);
        }
        // 10 ms of more than 20 dB above what the quietest twentieth of the file has.
        const size = RATE / 100;
        const loud = Math.max(-75, quietest(samples, seconds < 5 ? size : 20 * size)) + 20;
        for (let n = 0; n + size <= samples.length; n += size) {
          if (level(samples.subarray(n, n + size)) < loud) continue;
          const at = (n + size / 2) / RATE;
          expect(events.some(({ start, end }) => start <= at && at <= end)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
