import { PROVIDERS, type PartTest, type ProviderName, type ProviderSetting } from '#shared/provider.ts';

/** The provider of each part that the CPU does not run. */
export type ChosenProviders = Readonly<Record<string, Exclude<ProviderName, 'cpu'>>>;

/** The CPU gives the same take, bit for bit, on every day: less than this is not worth leaving it for. */
const WORTHWHILE = 1.1;

/**
 * The provider of each part: of those that hold for it the fastest, or the one that the user wants, however fast it is.
 */
export function chooseProviders(tests: readonly PartTest[], wanted: ProviderSetting): ChosenProviders {
  const chosen: Record<string, Exclude<ProviderName, 'cpu'>> = {};
  for (const part of new Set(tests.map((test) => test.part))) {
    const holding = tests.filter((test) => test.part === part && test.problem === null);
    const best = wanted === 'auto' ? fastest(holding) : holding.find(({ provider }) => provider === wanted);
    if (best && best.provider !== 'cpu') chosen[part] = best.provider;
  }
  return chosen;
}

function fastest(tests: readonly PartTest[]): PartTest | undefined {
  const cost = ({ provider, milliseconds }: PartTest): number =>
    (milliseconds ?? Infinity) * (provider === 'cpu' ? 1 : WORTHWHILE);
  return tests
    .toSorted((a, b) => PROVIDERS.indexOf(a.provider) - PROVIDERS.indexOf(b.provider))
    .reduce<PartTest | undefined>(
      (best, test) => (best && cost(best) <= cost(test) ? best : test),
      undefined,
    );
}
