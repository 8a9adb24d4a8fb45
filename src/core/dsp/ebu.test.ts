import { describe, expect, it } from 'vitest';
import { measureLoudness, type Loudness } from './loudness.ts';

const RATE = 48_000;

/** A stereo sine of 1 kHz in parts of a level each; `from` is where the tone begins in its period. */
type Part = readonly [dbfs: number, seconds: number];

function tone(parts: readonly Part[], hertz = 1000): Float32Array {
  const length = parts.reduce((sum, [, seconds]) => sum + Math.round(seconds * RATE), 0);
  const samples = new Float32Array(length);
  let at = 0;
  for (const [dbfs, seconds] of parts) {
    const [end, level] = [at + Math.round(seconds * RATE), 10 ** (dbfs / 20)];
    for (; at < end; at++) samples[at] = level * Math.sin((2 * Math.PI * hertz * at) / RATE);
  }
  return samples;
}

function stereo(parts: readonly Part[]): Loudness {
  const channel = tone(parts);
  return measureLoudness([channel, channel], RATE);
}

const repeated = (parts: readonly Part[], times: number): Part[] =>
  Array.from({ length: times }, () => parts).flat();
const within = (value: number, expected: number, tolerance = 0.1): void => {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance);
};

/** EBU Tech 3341 (2016), table 1: minimum requirements of a meter in EBU mode; those signals that its text determines. */
describe('EBU Tech 3341', () => {
  it.each([
    [1, -23, [[-23, 20]]],
    [2, -33, [[-33, 20]]],
    [
      3,
      -23,
      [
        [-36, 10],
        [-23, 60],
        [-36, 10],
      ],
    ],
    [
      4,
      -23,
      [
        [-72, 10],
        [-36, 10],
        [-23, 60],
        [-36, 10],
        [-72, 10],
      ],
    ],
    [
      5,
      -23,
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
    ],
  ] as readonly (readonly [number, number, readonly Part[]])[])(
    'case %i: integrated %f LUFS',
    (_, expected, parts) => {
      const loudness = stereo(parts);
      within(loudness.integrated, expected);
      if (parts.length === 1) {
        within(loudness.maxMomentary, expected);
        within(loudness.maxShortTerm, expected);
      }
    },
  );

  it('case 6: five channels, of which the surrounds weigh 1.5 dB more', () => {
    const [front, centre, surround] = [-28, -24, -30].map((dbfs) => tone([[dbfs, 20]]));
    const channels = [front!, front!, centre!, new Float32Array(front!.length), surround!, surround!];
    within(measureLoudness(channels, RATE).integrated, -23);
  });

  // Cases 7 and 8 are recordings of programmes.

  it('case 9: short-term loudness stays where louder and softer parts take turns within 3 s', () => {
    const channel = tone(
      repeated(
        [
          [-20, 1.34],
          [-30, 1.66],
        ],
        5,
      ),
    );
    // From the first whole window on, whatever stretch is taken.
    for (const seconds of [0, 0.5, 1, 1.7, 2.3, 5]) {
      const window = channel.subarray(seconds * RATE, (seconds + 3) * RATE);
      within(measureLoudness([window, window], RATE).maxShortTerm, -23);
    }
    within(measureLoudness([channel, channel], RATE).maxShortTerm, -23);
  });

  it('case 10: a tone of 3 s, at any place', () => {
    for (let n = 0; n < 20; n++)
      within(
        stereo([
          [-144, n * 0.15],
          [-23, 3],
          [-144, 1],
        ]).maxShortTerm,
        -23,
      );
  });

  it('case 11: tones of 3 s, each louder than the one before', () => {
    for (let n = 0; n < 20; n++) {
      const level = -38 + n;
      within(
        stereo([
          [-144, n * 0.15],
          [level, 3],
          [-144, 3 - n * 0.15],
        ]).maxShortTerm,
        level,
      );
    }
  });

  it('case 12: momentary loudness stays where parts take turns within 400 ms', () => {
    const channel = tone(
      repeated(
        [
          [-20, 0.18],
          [-30, 0.22],
        ],
        25,
      ),
    );
    for (const seconds of [0, 0.1, 0.25, 0.3, 1.95]) {
      const window = channel.subarray(seconds * RATE, (seconds + 0.4) * RATE);
      within(measureLoudness([window, window], RATE).maxMomentary, -23);
    }
    within(measureLoudness([channel, channel], RATE).maxMomentary, -23);
  });

  it('case 13: a tone of 400 ms, at any place', () => {
    for (let n = 0; n < 20; n++)
      within(
        stereo([
          [-144, n * 0.02],
          [-23, 0.4],
          [-144, 1],
        ]).maxMomentary,
        -23,
      );
  });

  it('case 14: tones of 400 ms, each louder than the one before', () => {
    for (let n = 0; n < 20; n++) {
      const level = -38 + n;
      within(
        stereo([
          [-144, n * 0.02],
          [level, 0.4],
          [-144, 0.4],
        ]).maxMomentary,
        level,
      );
    }
  });

  /** A tone that fades in and out over 10 ms, so that it has no clicks, with its phase in degrees. */
  const peakOf = (share: number, degrees: number, level: number): number => {
    const samples = Float32Array.from({ length: RATE }, (_, n) => {
      const edge = Math.min(1, Math.min(n, RATE - 1 - n) / 480);
      return (
        level *
        (0.5 - 0.5 * Math.cos(Math.PI * edge)) *
        Math.sin(2 * Math.PI * share * n + (degrees * Math.PI) / 180)
      );
    });
    return measureLoudness([samples, samples], RATE).truePeak;
  };

  it.each([
    [15, 1 / 4, 0, 0.5, -6],
    [16, 1 / 4, 45, 0.5, -6],
    [17, 1 / 6, 60, 0.5, -6],
    [18, 1 / 8, 67.5, 0.5, -6],
    [19, 1 / 4, 45, 1.41, 3],
  ])('case %i: true peak of a sine of %f of the rate at %f degrees', (_, share, degrees, level, expected) => {
    const peak = peakOf(share, degrees, level);
    expect(peak).toBeLessThanOrEqual(expected + 0.2);
    expect(peak).toBeGreaterThanOrEqual(expected - 0.4);
  });

  it.each([20, 21, 22, 23].map((number) => [number, number - 20]))(
    'case %i: a peak between the samples after four-fold decimation, %i samples off',
    (_, offset) => {
      // A sine of a sixth of the rate whose fourth period of four times the rate is peaked at 0 dBTP.
      const high = Float32Array.from({ length: 4 * 4800 }, (__, n) => {
        const sine = 0.5 * Math.sin((2 * Math.PI * n) / 24);
        return n >= 9600 && n < 9606 + 18 ? 2 * sine : sine;
      });
      const low = decimated(high, offset);
      const peak = measureLoudness([low, low], RATE).truePeak;
      expect(peak).toBeLessThanOrEqual(0.2);
      expect(peak).toBeGreaterThanOrEqual(-0.4);
    },
  );
});

/** Every fourth sample after a windowed sinc that passes half of the lower rate. */
function decimated(high: Float32Array, offset: number): Float32Array {
  const reach = 192;
  const taps = Array.from({ length: 2 * reach + 1 }, (_, n) => {
    const x = n - reach;
    const sinc = x === 0 ? 1 : Math.sin((Math.PI * x) / 4) / ((Math.PI * x) / 4);
    return (sinc / 4) * (0.5 + 0.5 * Math.cos((Math.PI * x) / (reach + 1)));
  });
  return Float32Array.from({ length: high.length / 4 }, (_, n) =>
    taps.reduce((sum, tap, k) => sum + tap * (high[4 * n + offset + k - reach] ?? 0), 0),
  );
}

/** EBU Tech 3342 (2016), table 1. Cases 5 and 6 are recordings of programmes. */
describe('EBU Tech 3342', () => {
  it.each([
    [
      1,
      10,
      [
        [-20, 20],
        [-30, 20],
      ],
    ],
    [
      2,
      5,
      [
        [-20, 20],
        [-15, 20],
      ],
    ],
    [
      3,
      20,
      [
        [-40, 20],
        [-20, 20],
      ],
    ],
    [
      4,
      15,
      [
        [-50, 20],
        [-35, 20],
        [-20, 20],
        [-35, 20],
        [-50, 20],
      ],
    ],
  ] as readonly (readonly [number, number, readonly Part[]])[])(
    'case %i: a range of %i LU',
    (_, expected, parts) => {
      within(stereo(parts).range, expected, 1);
    },
  );
});
