import { describe, expect, it } from 'vitest';
import type { PartTest, ProviderName } from '#shared/provider.ts';
import { chooseProviders } from './chooseProviders.ts';

const right = (provider: ProviderName, part: string, milliseconds: number): PartTest => ({
  ...{ provider, part, milliseconds },
  difference: 0,
  problem: null,
});
const wrong = (provider: ProviderName, part: string): PartTest => ({
  ...{ provider, part },
  ...{ milliseconds: null, difference: null, problem: 'it computes something else' },
});

describe('chooseProviders', () => {
  it('takes the fastest that is right, for each part', () => {
    const tests = [
      ...[right('cpu', 'unet', 100), right('cuda', 'unet', 8), right('webgpu', 'unet', 20)],
      ...[right('cpu', 'vocoder', 50), wrong('cuda', 'vocoder'), right('webgpu', 'vocoder', 30)],
      ...[right('cpu', 'vaeDecoder', 10), right('cuda', 'vaeDecoder', 12), wrong('webgpu', 'vaeDecoder')],
    ];
    expect(chooseProviders(tests, 'auto')).toEqual({ unet: 'cuda', vocoder: 'webgpu' });
  });

  it('stays on the CPU for a gain that nobody feels, and takes the first of two that are as fast', () => {
    const tests = [
      ...[right('cpu', 'unet', 100), right('webgpu', 'unet', 96)],
      ...[right('webgpu', 'vocoder', 5), right('cuda', 'vocoder', 5), right('cpu', 'vocoder', 50)],
    ];
    expect(chooseProviders(tests, 'auto')).toEqual({ vocoder: 'cuda' });
  });

  it('takes the named one however fast it is, but not where it is wrong', () => {
    const tests = [
      ...[right('cpu', 'unet', 1), right('cuda', 'unet', 2), right('webgpu', 'unet', 300)],
      ...[right('cpu', 'vocoder', 1), wrong('webgpu', 'vocoder')],
    ];
    expect(chooseProviders(tests, 'webgpu')).toEqual({ unet: 'webgpu' });
    expect(chooseProviders(tests, 'cpu')).toEqual({});
  });

  it('knows nothing before a test', () => {
    expect(chooseProviders([], 'auto')).toEqual({});
  });
});
