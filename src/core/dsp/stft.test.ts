import { describe, expect, it } from 'vitest';

import { eachPowerSpectrum, frameCount, reflectPad } from './stft.ts';

describe('eachPowerSpectrum', () => {
  it('finds a sine in its bin, in every frame', () => {
    const sine = Float32Array.from({ length: 1000 }, (_, n) => Math.sin((2 * Math.PI * 8 * n) / 64));
    const loudest: number[] = [];
    eachPowerSpectrum(sine, 64, 100, (_, power) => loudest.push(power.indexOf(Math.max(...power))));
    expect(loudest).toEqual(new Array(10).fill(8));
  });

  it('reports the amplitude through the window: |X| = amplitude x sum of the window / 2', () => {
    const sine = Float32Array.from({ length: 64 }, (_, n) => 0.5 * Math.sin((2 * Math.PI * 8 * n) / 64));
    eachPowerSpectrum(sine, 64, 64, (_, power) =>
      expect(Math.sqrt(power[8] ?? 0)).toBeCloseTo(0.5 * 32 * 0.5, 5),
    );
    expect.assertions(1);
  });
});

describe('frameCount', () => {
  it('counts whole frames only', () => {
    expect([0, 63, 64, 163, 164].map((length) => frameCount(length, 64, 100))).toEqual([0, 0, 1, 1, 2]);
  });
});

describe('reflectPad', () => {
  it('mirrors without repeating the edge', () => {
    expect([...reflectPad(Float32Array.of(1, 2, 3, 4), 2)]).toEqual([3, 2, 1, 2, 3, 4, 3, 2]);
  });

  it('goes on mirroring where the sound is shorter than the padding', () => {
    expect([...reflectPad(Float32Array.of(1, 2), 3)]).toEqual([2, 1, 2, 1, 2, 1, 2, 1]);
    expect([...reflectPad(Float32Array.of(5), 2)]).toEqual([5, 5, 5, 5, 5]);
    expect([...reflectPad(new Float32Array(0), 1)]).toEqual([0, 0]);
  });
});
