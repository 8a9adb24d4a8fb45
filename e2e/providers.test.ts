import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProviderReport } from '../src/shared/provider.ts';
import { copyData, type DataFolder } from './support/dataFolder.ts';
import { errorKind, run } from './support/refoley.ts';

let data: DataFolder;
beforeAll(async () => {
  data = await copyData();
});
afterAll(() => data.remove());

/** Vulkan finds no driver, as on a machine without a graphics card. */
const NO_CARD = { VK_ICD_FILENAMES: '/nowhere.json' };
const take = (out: string, ...args: string[]) =>
  run(
    ['generate', 'gate', '--seed', '3', '--duration', '1', '--candidates', '1', '--data', data.path].concat(
      ['--out', join(data.path, out)],
      args,
    ),
    NO_CARD,
  );
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await run([...args, '--data', data.path, '--json'], NO_CARD);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as { providers: ProviderReport[] };
};

describe.runIf(process.platform === 'linux')('providers on a machine without a graphics card', () => {
  it('are not tested before somebody asks', async () => {
    const { providers } = await json('doctor');
    expect(providers.map(({ name }) => name)).toEqual(expect.arrayContaining(['webgpu', 'cpu']));
    expect(providers.every(({ tests }) => tests.length === 0)).toBe(true);
    expect(providers.filter(({ runs }) => runs.length > 0).map(({ name }) => name)).toEqual(['cpu']);
  });

  it('are tested when one is named; the take is made on the CPU, and the user reads why', async () => {
    const [named, cpu] = [
      await take('named.wav', '--provider', 'webgpu'),
      await take('cpu.wav', '--provider', 'cpu'),
    ];
    expect([named.code, cpu.code]).toEqual([0, 0]);
    expect(named.stderr).toMatch(/note: WebGPU does not run the unet, the CPU does: .*graphics card/);
    expect(cpu.stderr).not.toContain('WebGPU');
    const [one, other] = await Promise.all(
      ['named.wav', 'cpu.wav'].map((file) => readFile(join(data.path, file))),
    );
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(true);
  });

  it('are tested by `pack measure`, which is remembered', async () => {
    const { providers } = await json('pack', 'measure');
    const [webgpu, cpu] = ['webgpu', 'cpu'].map((name) =>
      providers.find((provider) => provider.name === name),
    );
    expect(webgpu?.runs).toEqual([]);
    expect(webgpu?.tests.map(({ part }) => part)).toEqual(['unet', 'vaeDecoder', 'vocoder']);
    for (const { problem } of webgpu?.tests ?? []) expect(problem).toContain('graphics card');
    for (const { milliseconds } of cpu?.tests ?? []) expect(milliseconds).toBeGreaterThan(0);
    expect((await json('doctor')).providers).toEqual(providers);
  });

  it('that do not exist are a mistake of usage', async () => {
    const { code, stderr } = await take('none.wav', '--provider', 'abacus');
    expect(code).not.toBe(0);
    expect(stderr).toContain('auto, tensorrt, cuda');
  });
});

it('a take that does not fit says what it needs and what there is', async () => {
  const args = [
    'generate',
    'gate',
    '--duration',
    '10',
    '--data',
    data.path,
    '--out',
    join(data.path, 'big.wav'),
  ];
  const finished = await run(args, { REFOLEY_MEMORY_MB: '560' });
  expect(errorKind(finished)).toBe('unavailable');
  expect(finished.stderr).toMatch(
    /needs 0\.\d\d GB .* 0\.\d\d GB can be had: close other programs, or make up to \d\.\d s/,
  );
  await expect(readFile(join(data.path, 'big.wav'))).rejects.toThrow();
});
