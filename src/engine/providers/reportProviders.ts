import type { ProviderReport } from '#shared/provider.ts';
import { packParts } from '#core/pack/packParts.ts';
import type { EngineContext } from '../context.ts';
import type { Pack } from '../packs/pack.ts';
import { chooseProviders } from './chooseProviders.ts';

/**
 * The providers of this build: how they did with a pack, and which of its parts they run.
 * @throws RefoleyError 'unavailable' when onnxruntime cannot be loaded
 */
export async function reportProviders(
  { inference, providers }: EngineContext,
  pack: Pack,
): Promise<ProviderReport[]> {
  const { names, selfTest } = await inference.run('providers', undefined);
  const tests = (await providers.tested(pack))?.parts ?? [];
  const chosen = chooseProviders(tests, providers.setting);
  return names.map((name) => ({
    name,
    runs: packParts(pack.manifest).flatMap(({ part }) => ((chosen[part] ?? 'cpu') === name ? [part] : [])),
    tests: tests.filter(({ provider }) => provider === name),
    selfTest: name === 'cpu' ? selfTest : null,
  }));
}
