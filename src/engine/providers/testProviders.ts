import { asRefoleyError } from '#core/errors.ts';
import type { PartName } from '#core/pack/manifest.ts';
import { packParts } from '#core/pack/packParts.ts';
import type { PackTest, PartTest, ProviderName } from '#shared/provider.ts';
import type { Work } from '../context.ts';
import type { CreatePort } from '../inference/protocol.ts';
import { createTrialProcess } from '../inference/trialProcess.ts';
import type { TakePack } from '../packs/pack.ts';
import { differenceFrom, TOLERANCE } from './agreement.ts';
import type { FixedRun } from './fixedRun.ts';
import { plainReason } from './plainReason.ts';
import { testSizes } from './testSizes.ts';

/** Parts that are worth another provider: they run at each step, or on all of a take. The others take milliseconds. */
const HEAVY: ReadonlySet<PartName> = new Set(['unet', 'vaeDecoder', 'vocoder']);

/** Milliseconds in which a run has to be done, drivers compiling for it. */
const LIMIT = 60_000;
/** TensorRT builds an engine for each part; and without the CPU nothing can be told. */
const PATIENCE: Readonly<Partial<Record<ProviderName, number>>> = { tensorrt: 600_000, cpu: 600_000 };

/**
 * Runs the heavy parts of a pack with each provider, each pair in a process of its own, and holds the numbers against the CPU's:
 * first on a small latent, then on that of a usual take, which is timed.
 *
 * @throws RefoleyError 'cancelled'; that of the CPU where it does not run the pack
 */
export async function testProviders(
  createPort: CreatePort,
  pack: TakePack,
  providers: readonly ProviderName[],
  { signal, onProgress }: Work,
): Promise<PackTest> {
  const parts = packParts(pack.manifest).flatMap(({ part }) => (HEAVY.has(part) ? [part] : []));
  const others = providers.filter((provider) => provider !== 'cpu');
  const of = parts.length * (others.length + 1);
  const tests: PartTest[] = [];
  const tested = (test: PartTest): void => {
    tests.push(test);
    onProgress?.({ stage: 'test', done: tests.length, of });
  };
  onProgress?.({ stage: 'test', done: 0, of });

  for (const part of parts) {
    const sizes = testSizes(pack.manifest, part);
    const run = async (provider: ProviderName, check: (run: FixedRun, size: number) => void) => {
      const trial = createTrialProcess(createPort, signal);
      try {
        for (const [index, size] of sizes.entries()) {
          const input = { pack: pack.folder, part, provider, sizes: size };
          check(await trial.run('fixedRun', input, PATIENCE[provider] ?? LIMIT), index);
        }
      } finally {
        trial.close();
      }
    };

    const references: FixedRun[] = [];
    await run('cpu', (reference) => references.push(reference));
    const milliseconds = references.at(-1)?.milliseconds ?? null;
    tested({ provider: 'cpu', part, milliseconds, difference: 0, problem: null });
    for (const provider of others) {
      const test = { provider, part, milliseconds: null as number | null, difference: null as number | null };
      try {
        await run(provider, ({ outputs, ...timed }, size) => {
          const difference = differenceFrom(references[size]?.outputs ?? {}, outputs);
          test.difference = Math.max(test.difference ?? 0, difference);
          if (difference > TOLERANCE) throw new Error(wrong(difference));
          if (size === sizes.length - 1) test.milliseconds = timed.milliseconds;
        });
        tested({ ...test, problem: null });
      } catch (cause) {
        if (signal?.aborted) throw asRefoleyError(cause);
        // JSON has no infinity.
        const difference = Number.isFinite(test.difference) ? test.difference : null;
        tested({ ...test, difference, problem: plainReason(cause) });
      }
    }
  }
  return { parts: tests, testedAt: Date.now() };
}

function wrong(difference: number): string {
  const off = Number.isFinite(difference) ? `${(100 * difference).toFixed(1)} % off` : 'no numbers at all';
  return `it computes something else than the CPU (${off}, ${100 * TOLERANCE} % is allowed)`;
}
