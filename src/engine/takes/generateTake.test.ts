import { describe, expect, it } from 'vitest';
import { RefoleyError } from '#core/errors.ts';
import { testManifest } from '#core/pipeline/testPack.ts';
import { PROCESS_ENDED, type InferenceProcess } from '../inference/host.ts';
import type { GenerateOutput } from '../inference/jobs.ts';
import type { ChosenProviders } from '../providers/chooseProviders.ts';
import type { FallBack } from '../providers/fallbackSessions.ts';
import type { HearingPack } from '../packs/pack.ts';
import { OUT_OF_MEMORY } from '../providers/plainReason.ts';
import type { UsedProviders } from '../providers/usedProviders.ts';
import { generateTake } from './generateTake.ts';

const pack = { folder: '/pack', manifest: testManifest, sha256: 'x' };
const input = { recipe: {}, sounds: [], out: '/take.wav' } as unknown as Parameters<typeof generateTake>[2];

/** @param make what becomes of a take with these providers */
function setUp(chosen: ChosenProviders, make: (providers: ChosenProviders) => Partial<GenerateOutput>) {
  const asked: ChosenProviders[] = [];
  const failed: FallBack[] = [];
  const inference: InferenceProcess = {
    run: (_kind, given) =>
      new Promise((resolve) => {
        const { providers = {} } = given as { readonly providers?: ChosenProviders };
        asked.push(providers);
        resolve({ fallBacks: [], ...make(providers) } as never);
      }),
    isIdle: () => true,
    close: () => undefined,
  };
  const providers = {
    of: () => Promise.resolve(chosen),
    failed: (_: unknown, fallBacks: readonly FallBack[]) => Promise.resolve(void failed.push(...fallBacks)),
  } as unknown as UsedProviders;
  const hearing = () => Promise.resolve(pack as HearingPack);
  const context = { dataFolder: '/data', inference, providers, hearing };
  return { asked, failed, take: () => generateTake(context, pack, input, {}) };
}
const ended = (how: string) =>
  new RefoleyError('unavailable', `${PROCESS_ENDED} (${how}): close other programs`);

describe('generateTake', () => {
  it('makes a take with the chosen providers, and passes on what failed', async () => {
    const fallBack = { part: 'unet', provider: 'dml', reason: 'device lost' } as const;
    const { take, asked, failed } = setUp({ unet: 'dml' }, () => ({ fallBacks: [fallBack] }));
    await take();
    expect(asked).toEqual([{ unet: 'dml' }]);
    expect(failed).toEqual([fallBack]);
  });

  it.each([
    ['signal SIGSEGV', 'it ended its process'],
    ['signal SIGKILL', OUT_OF_MEMORY],
  ])('makes it again on the CPU where a provider ended the process by %s', async (how, reason) => {
    const { take, asked, failed } = setUp({ unet: 'cuda', vocoder: 'webgpu' }, (providers) => {
      if (providers['unet']) throw ended(how);
      return { seconds: 1 };
    });
    expect((await take()).seconds).toBe(1);
    expect(asked).toEqual([{ unet: 'cuda', vocoder: 'webgpu' }, {}]);
    expect(failed).toEqual([
      { part: 'unet', provider: 'cuda', reason },
      { part: 'vocoder', provider: 'webgpu', reason },
    ]);
  });

  it('blames no provider for what is not its fault', async () => {
    const onCpu = setUp({}, () => {
      throw ended('signal SIGSEGV');
    });
    await expect(onCpu.take()).rejects.toThrow(PROCESS_ENDED);
    const cancelled = setUp({ unet: 'cuda' }, () => {
      throw new RefoleyError('cancelled', 'stopped');
    });
    await expect(cancelled.take()).rejects.toMatchObject({ kind: 'cancelled' });
    const both = setUp({ unet: 'cuda' }, () => {
      throw ended('signal SIGKILL');
    });
    await expect(both.take()).rejects.toThrow(PROCESS_ENDED);
    expect([onCpu, cancelled, both].map(({ asked, failed }) => [asked.length, failed.length])).toEqual([
      ...[
        [1, 0],
        [1, 0],
        [2, 0],
      ],
    ]);
  });
});
