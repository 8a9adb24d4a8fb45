import { describe, expect, it } from 'vitest';
import { melLatentSize } from './melLatent.ts';
import { testManifest } from '../testPack.ts';

describe('melLatentSize', () => {
  it.each([
    [5.12, 128, 512],
    [5.13, 136, 544],
    [10.24, 256, 1024],
    [0.2, 8, 32],
    [0.33, 16, 64],
  ])('covers %d s with %d latent frames', (seconds, time, frames) => {
    expect(melLatentSize(seconds, testManifest)).toEqual({
      channels: 2,
      frequency: 16,
      time,
      samples: frames * 160,
      noise: 0,
    });
  });
});
