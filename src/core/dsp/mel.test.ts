import { describe, expect, it } from 'vitest';

import { condition, conditionTogether } from './condition.ts';
import goldens from './goldens/mel.json' with { type: 'json' };
import { kaldiFbank } from './kaldiFbank.ts';
import { fbank, logMel, type FbankFormat } from './mel.ts';
import { probeSignal } from './probeSignal.ts';

const format: FbankFormat = {
  sampleRate: 16_000,
  fftSize: 1024,
  hop: 160,
  melBins: 64,
  fbankBins: 128,
  fbankFrames: 256,
  logFloor: 1e-5,
};
const conditioned = condition(probeSignal(16_000, 1.5), 16_000);

interface Golden {
  shape: number[];
  every: number;
  rows: string;
  mean: number;
  std: number;
}

function expectGolden(actual: Float32Array, golden: Golden, tolerance: number): void {
  const [rows = 0, columns = 0] = golden.shape;
  expect(actual).toHaveLength(rows * columns);
  const stored = new Float32Array(Uint8Array.from(Buffer.from(golden.rows, 'base64')).buffer);
  let worst = 0;
  stored.forEach((value, i) => {
    const row = Math.floor(i / columns) * golden.every;
    const difference = Math.abs((actual[row * columns + (i % columns)] ?? NaN) - value);
    worst = Math.max(worst, difference / Math.max(1, Math.abs(value)));
  });
  expect(worst).toBeLessThan(tolerance);
  const mean = actual.reduce((total, value) => total + value, 0) / actual.length;
  const std = Math.sqrt(actual.reduce((total, value) => total + (value - mean) ** 2, 0) / actual.length);
  expect(mean).toBeCloseTo(golden.mean, 4);
  expect(std).toBeCloseTo(golden.std, 4);
}

describe('condition', () => {
  it('equals the reference of the training code', () => {
    expectGolden(conditioned, goldens.condition, 1e-6);
  });

  it('keeps 10 ms before the onset and brings the peak to 0.7', () => {
    const sound = new Float32Array(1000);
    sound[500] = 0.001; // under 2 % of the peak: still silence
    sound[600] = -0.1;
    const trimmed = condition(sound, 8000);
    expect(trimmed).toHaveLength(1000 - (600 - 80));
    expect(trimmed[80]).toBeCloseTo(-0.7, 6);
  });

  it('keeps what is between two channels: their levels, and which comes first', () => {
    const [left, right] = [new Float32Array(1000), new Float32Array(1000)];
    left[500] = 0.1;
    right[510] = -0.2;
    const sides = conditionTogether([left, right], 8000);
    expect(sides.map(({ length }) => length)).toEqual([580, 580]);
    expect([sides[0]?.[80], sides[1]?.[90]]).toEqual([expect.closeTo(0.35, 6), expect.closeTo(-0.7, 6)]);
    // They cancel out in the middle.
    const wide = conditionTogether([left, left.map((sample) => -sample)], 8000);
    expect(wide[0]?.[80]).toBeCloseTo(0.7, 6);
    expect(conditionTogether([left, new Float32Array(1000)], 8000)[1]).toEqual(new Float32Array(580));
  });

  it('leaves silence and nothing at all as they are', () => {
    expect(condition(new Float32Array(100), 16_000)).toEqual(new Float32Array(100));
    expect(condition(new Float32Array(0), 16_000)).toHaveLength(0);
  });
});

describe('logMel', () => {
  it('equals the reference of the training code', () => {
    const mel = logMel(conditioned, format);
    expect(mel.frames).toBe(Math.floor(conditioned.length / 160));
    expectGolden(mel.data, goldens.logMel, 1e-4);
  });

  it('makes floor(n / hop) frames, none of a sound shorter than a hop', () => {
    expect([0, 1, 159, 160, 400, 16_000].map((n) => logMel(new Float32Array(n), format).frames)).toEqual([
      0, 0, 0, 1, 2, 100,
    ]);
  });

  it('floors silence at log(logFloor)', () => {
    expect(logMel(new Float32Array(160), format).data).toEqual(new Float32Array(64).fill(Math.log(1e-5)));
  });
});

describe('fbank', () => {
  it('equals the reference of the training code', () => {
    expectGolden(fbank(conditioned, format), goldens.fbank, 1e-4);
  });

  it('hears the first 2.56 s only', () => {
    const long = probeSignal(16_000, 4);
    expect(fbank(long, format)).toEqual(fbank(long.subarray(0, 40_960), format));
  });
});

describe('kaldiFbank', () => {
  const kaldi = { sampleRate: 16_000, hop: 160, bins: 128, frames: 160 };

  it('equals the reference of the training code, with zeros after the end', () => {
    const banks = kaldiFbank(conditioned, kaldi);
    expectGolden(banks, goldens.kaldiFbank, 1e-3);
    const heard = 1 + Math.floor((conditioned.length - 400) / 160);
    expect(banks.subarray(heard * 128)).toEqual(new Float32Array((160 - heard) * 128));
  });

  it('does not hear a constant offset', () => {
    const moved = kaldiFbank(
      conditioned.map((sample) => sample + 0.25),
      kaldi,
    );
    const banks = kaldiFbank(conditioned, kaldi);
    const worst = moved.reduce((most, value, i) => Math.max(most, Math.abs(value - banks[i]!)), 0);
    expect(worst).toBeLessThan(0.05);
  });
});
