import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createChildPort } from '../inference/childPort.ts';
import { createInference, type InferenceProcess } from '../inference/host.ts';
import type { WarmUpInput } from '../inference/jobs.ts';
import { openPack } from '../packs/openPack.ts';
import { requireHearing, requireTakes } from '../packs/pack.ts';
import type { UsedProviders } from '../providers/usedProviders.ts';
import { warmUp } from './warmUp.ts';

const starter = fileURLToPath(new URL('../../../resources/packs/starter', import.meta.url));

/** The starter pack in an inference process of its own, and what that is asked. */
function setUp(providers: Partial<UsedProviders> = {}, isIdle = (_asked: number) => true) {
  const inference = createInference(() => createChildPort('models'));
  const asked: string[] = [];
  const refused: string[] = [];
  const watched: InferenceProcess = {
    ...inference,
    isIdle: () => isIdle(asked.length),
    run(kind, input, options) {
      if (kind === 'warmUp') asked.push((input as WarmUpInput).part);
      const done = inference.run(kind, input, options);
      done.catch((cause: unknown) => refused.push(String(cause)));
      return done;
    },
  };
  const warm = () =>
    warmUp({
      inference: watched,
      providers: { setting: 'auto', of: () => Promise.resolve({}), ...providers } as UsedProviders,
      pack: async () => requireTakes(await openPack(starter)),
      hearing: async () => requireHearing(await openPack(starter)),
    });
  return { inference, asked, refused, warm };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('warmUp', () => {
  it.runIf(process.platform === 'linux')(
    'has the sessions of a take there, its UNet before what some takes do without',
    async () => {
      const { inference, asked, refused, warm } = setUp();
      try {
        const { pid } = await inference.run('ping', undefined);
        const resident = async () =>
          Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
        const before = await resident();
        await warm();
        expect(refused).toEqual([]);
        expect(asked).toEqual(
          expect.arrayContaining(['clapText', 'unet', 'vaeDecoder', 'vocoder', 'audioMae']),
        );
        expect(asked.indexOf('unet')).toBeLessThan(asked.indexOf('audioMae'));
        expect((await resident()) - before).toBeGreaterThan(100);
      } finally {
        inference.close();
      }
    },
  );

  it('stops as soon as somebody else wants the process', async () => {
    const { inference, asked, warm } = setUp({}, (count) => count < 2);
    await warm();
    inference.close();
    expect(asked).toHaveLength(2);
  });

  it('loads nothing of a pack that does not fit into the memory, and says nothing', async () => {
    vi.stubEnv('REFOLEY_MEMORY_MB', '200');
    const { inference, asked, refused, warm } = setUp();
    await warm();
    inference.close();
    expect(asked).toHaveLength(1);
    expect(refused).toEqual([expect.stringContaining('of memory with this pack')]);
  });

  it('does not begin a test of a provider that the user named', async () => {
    const of = vi.fn<UsedProviders['of']>(() => Promise.resolve({}));
    const { inference, asked, warm } = setUp({
      setting: 'cuda',
      of,
      tested: () => Promise.resolve(undefined),
    });
    await warm();
    inference.close();
    expect(of).not.toHaveBeenCalled();
    expect(asked).toEqual([]);
  });
});
