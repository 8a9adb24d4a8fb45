import { join } from 'node:path';
import {
  packTestSchema,
  PROVIDER_LABELS,
  type PackTest,
  type PartTest,
  type ProviderName,
  type ProviderSetting,
} from '#shared/provider.ts';
import type { Work } from '../context.ts';
import type { Inference } from '../inference/host.ts';
import type { CreatePort } from '../inference/protocol.ts';
import { machineName, packageVersion } from '../machine.ts';
import type { Pack, TakePack } from '../packs/pack.ts';
import { openRemembered } from '../remembered.ts';
import { chooseProviders, type ChosenProviders } from './chooseProviders.ts';
import type { FallBack } from './fallbackSessions.ts';
import { OUT_OF_MEMORY } from './plainReason.ts';
import { testProviders } from './testProviders.ts';

/** Which providers packs are run with, and what is known of them on this machine. */
export interface UsedProviders {
  readonly setting: ProviderSetting;
  /** Those of the parts that the CPU does not run. One that the user named and that was never tested is tested now. */
  of(pack: TakePack, work: Work): Promise<ChosenProviders>;
  /** Tries all providers of this build, and remembers what came of it. */
  test(pack: TakePack, work: Work): Promise<PackTest>;
  tested(pack: Pack): Promise<PackTest | undefined>;
  /** Is told what failed although it had passed: the user reads of it, and it is not used again before the next test. */
  failed(pack: Pack, fallBacks: readonly FallBack[]): Promise<void>;
}

interface Options {
  readonly dataFolder: string;
  readonly setting: ProviderSetting;
  readonly inference: Inference;
  readonly createPort: CreatePort;
  readonly warn: (line: string) => void;
}

export function createUsedProviders({
  dataFolder,
  setting,
  inference,
  createPort,
  warn,
}: Options): UsedProviders {
  const remembered = openRemembered(join(dataFolder, 'provider-tests.json'), packTestSchema);
  const runtime = packageVersion('onnxruntime-node');
  const key = ({ sha256 }: Pack): string => `${sha256} ${machineName} onnxruntime ${runtime}`;
  const told = new Set<string>();
  const tell = (line: string): void => {
    if (!told.has(line)) warn(line);
    told.add(line);
  };

  const remember = async (pack: Pack, { parts, testedAt }: PackTest): Promise<PackTest> => {
    const before = (await remembered.get(key(pack)))?.parts ?? [];
    const kept = before.filter((test) => !parts.some((other) => isSame(test, other)));
    const merged = { parts: [...kept, ...parts], testedAt };
    await remembered.put(key(pack), merged);
    return merged;
  };

  const test = async (pack: TakePack, wanted: readonly ProviderName[], work: Work): Promise<PackTest> =>
    remember(pack, await testProviders(createPort, pack, wanted, work));

  return {
    setting,
    async of(pack, work) {
      if (setting === 'cpu') return {};
      const known = (await remembered.get(key(pack)))?.parts ?? [];
      if (setting === 'auto') return chooseProviders(known, setting);
      const isTested = known.some(({ provider }) => provider === setting);
      if (!isTested)
        tell(`${PROVIDER_LABELS[setting]} was not tested with this pack yet: it was, before the take`);
      const tests = isTested ? known : (await test(pack, [setting], work)).parts;
      for (const { provider, part, problem } of tests) {
        if (provider === setting && problem !== null)
          tell(`${PROVIDER_LABELS[provider]} does not run the ${part}, the CPU does: ${problem}`);
      }
      return chooseProviders(tests, setting);
    },
    async test(pack, work) {
      const { names } = await inference.run('providers', undefined);
      return test(pack, names, work);
    },
    tested: (pack) => remembered.get(key(pack)),
    async failed(pack, fallBacks) {
      for (const { provider, part, reason } of fallBacks)
        tell(
          `${PROVIDER_LABELS[provider]} failed with the ${part} (${reason}): the take was made on the CPU`,
        );
      // Memory may be free again next time.
      const lasting = fallBacks.filter(({ reason }) => reason !== OUT_OF_MEMORY);
      if (lasting.length === 0) return;
      const parts = lasting.map(({ provider, part, reason }) => {
        return {
          provider,
          part,
          milliseconds: null,
          difference: null,
          problem: `failed in a take: ${reason}`,
        };
      });
      const testedAt = (await remembered.get(key(pack)))?.testedAt ?? Date.now();
      await remember(pack, { parts, testedAt });
    },
  };
}

function isSame(one: PartTest, other: PartTest): boolean {
  return one.provider === other.provider && one.part === other.part;
}
