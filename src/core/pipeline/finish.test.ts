import { describe, expect, it } from 'vitest';
import { finish } from './finish.ts';

const RATE = 16_000;
const tone = (seconds: number, level = 0.1, offset = 0) =>
  Float32Array.from({ length: seconds * RATE }, (_, n) => offset + level * Math.sin(n / 7));
const peakOf = (samples: Float32Array) => Math.max(...samples.map(Math.abs));

describe('finish', () => {
  it.each([
    [0.2, 48_000],
    [0.31, 44_100],
    [0.5, 16_000],
  ])('makes %d s at %d Hz of a longer waveform', async (seconds, rate) => {
    const [take] = await finish([tone(1)], RATE, seconds, rate);
    expect(take.length).toBe(Math.round(seconds * rate));
    expect(peakOf(take)).toBeCloseTo(10 ** (-1 / 20), 6);
  });

  it('keeps the levels of channels beside each other', async () => {
    const [left, right] = await finish([tone(1, 0.1), tone(1, 0.2)], RATE, 1, RATE);
    expect(peakOf(left) / peakOf(right ?? left)).toBeCloseTo(0.5, 3);
  });

  it('takes away an offset, and begins and ends at zero', async () => {
    const [take] = await finish([tone(1, 0.1, 0.3)], RATE, 1, RATE);
    const mean = take.reduce((sum, sample) => sum + sample, 0) / take.length;
    expect(Math.abs(mean)).toBeLessThan(1e-3);
    expect(Math.abs(take[0] ?? 1) + Math.abs(take.at(-1) ?? 1)).toBe(0);
  });

  it('refuses silence and samples that are no numbers', async () => {
    await expect(finish([new Float32Array(RATE)], RATE, 1, RATE)).rejects.toMatchObject({ kind: 'internal' });
    await expect(finish([new Float32Array(RATE).fill(0.5)], RATE, 1, RATE)).rejects.toMatchObject({
      kind: 'internal',
    });
    const broken = tone(1);
    broken[99] = Number.NaN;
    await expect(finish([broken], RATE, 1, RATE)).rejects.toMatchObject({ kind: 'internal' });
  });
});
