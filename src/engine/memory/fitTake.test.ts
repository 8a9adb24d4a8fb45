import { describe, expect, it } from 'vitest';
import { memoryNeed } from '#core/pipeline/memoryNeed.ts';
import { testManifest } from '#core/pipeline/testPack.ts';
import { fitTake } from './fitTake.ts';

/** About AudioLDM-S. */
const manifest = {
  ...testManifest,
  graphs: {
    ...testManifest.graphs,
    unet: { ...testManifest.graphs.unet, parameters: 185e6 },
    vaeDecoder: { ...testManifest.graphs.vaeDecoder, parameters: 55e6 },
  },
};
const onCpu = () => true;
const take = { duration: 10.24, rows: 3 };
const need = (duration: number, rows: number) => memoryNeed(manifest, { duration, rows }, onCpu);

describe('fitTake', () => {
  it('runs all branches at once where they fit, and one after another where only that does', () => {
    const [all, one] = [need(10.24, 3), need(10.24, 1)];
    expect(fitTake(manifest, take, onCpu, all, 0)).toBe('together');
    expect(fitTake(manifest, take, onCpu, all - 1, 0)).toBe('row by row');
    expect(fitTake(manifest, take, onCpu, one, 0)).toBe('row by row');
  });

  it('counts what is held already', () => {
    const all = need(10.24, 3);
    expect(fitTake(manifest, take, onCpu, 1e9, all - 1e9)).toBe('together');
  });

  it('offers the longest part of it that fits', () => {
    const free = need(4, 1);
    const offered = () => fitTake(manifest, take, onCpu, free, 0);
    expect(offered).toThrow(/^a take of 10\.24 s needs 1\.\d\d GB .* 1\.\d\d GB can be had: .*up to 4\.0 s/);
    expect(fitTake(manifest, { ...take, duration: 4 }, onCpu, free, 0)).toBe('row by row');
  });

  it('offers a smaller pack where not even the shortest take fits', () => {
    expect(() => fitTake(manifest, take, onCpu, 5e8, 0)).toThrow(/smaller pack/);
  });

  it('leaves out what runs on a device', () => {
    const elsewhere = (part: string) => part !== 'unet' && part !== 'vaeDecoder';
    expect(fitTake(manifest, take, elsewhere, 5e8, 0)).toBe('together');
  });
});
