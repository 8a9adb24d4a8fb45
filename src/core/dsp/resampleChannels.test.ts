import { describe, expect, it } from 'vitest';

import { resample } from './resample.ts';
import { resampleChannels } from './resampleChannels.ts';

function sines(count: number, samples: number): Float32Array[] {
  return Array.from({ length: count }, (_, index) =>
    Float32Array.from({ length: samples }, (_, n) => 0.5 * Math.sin((n * (index + 1)) / 23)),
  );
}

describe('resampleChannels', () => {
  it.each([
    [1, 1, 44_100, 48_000],
    [3, 5000, 44_100, 48_000],
    [8, 5000, 48_000, 44_100],
    [2, 300_000, 11_025, 48_000],
    [2, 5000, 48_000, 48_000],
  ])('gives %i channels of %i samples the bits that each has alone', async (count, samples, from, to) => {
    const channels = sines(count, samples);
    const together = await resampleChannels(channels, from, to, 'medium');
    expect(together).toHaveLength(count);
    for (const [index, channel] of channels.entries())
      expect(together[index]).toEqual(await resample(channel, from, to, 'medium'));
  });

  it('tells how far it is, and ends where it is told to', async () => {
    const channels = sines(3, 40_000);
    const shares: number[] = [];
    await resampleChannels(channels, 16_000, 48_000, 'medium', (share) => void shares.push(share));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBeGreaterThan(0.95);
    const stopped = resampleChannels(channels, 16_000, 48_000, 'medium', (share) => {
      if (share > 0.4) throw new Error('enough');
    });
    await expect(stopped).rejects.toThrow('enough');
  });
});
