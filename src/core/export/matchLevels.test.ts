import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureLoudness } from '../dsp/loudness.ts';
import { matchingGains, rmsLevel, type Level } from './matchLevels.ts';

const RATE = 48_000;

function tone(seconds: number, amplitude: number, hertz = 1000): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * RATE) },
    (_, n) => amplitude * Math.sin((2 * Math.PI * hertz * n) / RATE),
  );
}

function levelOf(samples: Float32Array): Level {
  const { integrated, truePeak } = measureLoudness([samples], RATE);
  return { integrated, truePeak, rms: rmsLevel([samples]), seconds: samples.length / RATE };
}

const scaled = (samples: Float32Array, gain: number) => samples.map((sample) => sample * 10 ** (gain / 20));

describe('matchingGains', () => {
  it('brings sounds of any level and length to one, below -1 dBTP', () => {
    const sound = fc.tuple(
      fc.double({ min: 0.05, max: 0.9, noNaN: true }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.integer({ min: 80, max: 8000 }),
    );
    fc.assert(
      fc.property(fc.array(sound, { minLength: 1, maxLength: 5 }), (asked) => {
        const sounds = asked.map(([seconds, amplitude, hertz]) => tone(seconds, amplitude, hertz));
        const gains = matchingGains(sounds.map(levelOf));
        const after = sounds.map((samples, place) => levelOf(scaled(samples, gains[place] ?? 0)));
        const short = after.some(({ seconds }) => seconds < 0.4);
        const levels = after.map(({ integrated, rms }) => (short ? rms : integrated));
        expect(Math.max(...levels) - Math.min(...levels)).toBeLessThan(0.1);
        for (const { truePeak } of after) expect(truePeak).toBeLessThan(-0.99);
      }),
      { numRuns: 30 },
    );
  });

  it('aims at the median where that can be reached, and leaves silence alone', () => {
    const levels = [-30, -20, -26].map((integrated) => ({ integrated, truePeak: -12, rms: 0, seconds: 1 }));
    expect(matchingGains(levels)).toEqual([4, -6, 0]);
    const silence = { integrated: -Infinity, truePeak: -Infinity, rms: -Infinity, seconds: 1 };
    expect(matchingGains([...levels, silence])).toEqual([4, -6, 0, 0]);
    expect(matchingGains([silence])).toEqual([0]);
    expect(matchingGains([])).toEqual([]);
  });
});
