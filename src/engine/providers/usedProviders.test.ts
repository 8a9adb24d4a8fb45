import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testManifest } from '#core/pipeline/testPack.ts';
import type { ProviderSetting } from '#shared/provider.ts';
import type { Inference } from '../inference/host.ts';
import { OUT_OF_MEMORY } from './plainReason.ts';
import { createFakeDrivers } from './testing/fakeDrivers.ts';
import { createUsedProviders } from './usedProviders.ts';

const pack = { folder: '/pack', manifest: testManifest, sha256: 'one' };
const y = Float32Array.of(1);
const names = { names: ['cuda', 'webgpu', 'cpu'], selfTest: 'passed' };
const inference: Inference = { run: () => Promise.resolve(names as never), close: () => undefined };

let dataFolder: string;
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'refoley-providers-'));
});
afterEach(() => rm(dataFolder, { recursive: true, force: true }));

/** A program that starts on the machine: CUDA runs all but the vocoder, WebGPU nothing. */
function start(setting: ProviderSetting) {
  const lines: string[] = [];
  const drivers = createFakeDrivers(({ provider, part }) => {
    if (provider === 'cpu') return { milliseconds: 50, outputs: { y } };
    if (provider === 'webgpu') return 'no adapter';
    return part === 'vocoder' ? 'dies' : { milliseconds: 5, outputs: { y } };
  });
  const { createPort, count } = drivers;
  const warn = (line: string) => void lines.push(line);
  return {
    lines,
    count,
    providers: createUsedProviders({ dataFolder, setting, inference, createPort, warn }),
  };
}

describe('createUsedProviders', () => {
  it('runs all on the CPU, and starts nothing, before a test', async () => {
    const { providers, count } = start('auto');
    expect(await providers.of(pack, {})).toEqual({});
    expect(count().started).toBe(0);
  });

  it('remembers a test over restarts, for that pack', async () => {
    await start('auto').providers.test(pack, {});
    const { providers, count } = start('auto');
    expect(await providers.of(pack, {})).toEqual({ unet: 'cuda', vaeDecoder: 'cuda' });
    expect(await providers.of({ ...pack, sha256: 'other' }, {})).toEqual({});
    expect(count().started).toBe(0);
    expect(await start('cpu').providers.of(pack, {})).toEqual({});
  });

  it('tests a provider that the user named, once, and says once what it does not run', async () => {
    const { providers, count, lines } = start('cuda');
    expect(await providers.of(pack, {})).toEqual({ unet: 'cuda', vaeDecoder: 'cuda' });
    const { started } = count();
    expect(await providers.of(pack, {})).toEqual({ unet: 'cuda', vaeDecoder: 'cuda' });
    expect(count().started).toBe(started);
    expect(lines).toEqual([
      expect.stringContaining('CUDA was not tested'),
      expect.stringMatching(/^CUDA does not run the vocoder, .*SIGSEGV/),
    ]);
    const tested = await start('auto').providers.tested(pack);
    expect(new Set(tested?.parts.map(({ provider }) => provider))).toEqual(new Set(['cpu', 'cuda']));
  });

  it('does not use again what failed in a take, until it is tested again', async () => {
    await start('auto').providers.test(pack, {});
    const { providers, lines } = start('auto');
    await providers.failed(pack, [{ part: 'unet', provider: 'cuda', reason: 'device lost' }]);
    expect(lines).toEqual([expect.stringMatching(/CUDA .*unet.*device lost.*made on the CPU/)]);
    expect(await providers.of(pack, {})).toEqual({ vaeDecoder: 'cuda' });
    await providers.test(pack, {});
    expect(await providers.of(pack, {})).toEqual({ unet: 'cuda', vaeDecoder: 'cuda' });
  });

  it('tells of too little memory, and tries again next time', async () => {
    await start('auto').providers.test(pack, {});
    const { providers, lines } = start('auto');
    await providers.failed(pack, [{ part: 'unet', provider: 'cuda', reason: OUT_OF_MEMORY }]);
    expect(lines).toHaveLength(1);
    expect(await providers.of(pack, {})).toEqual({ unet: 'cuda', vaeDecoder: 'cuda' });
  });
});
