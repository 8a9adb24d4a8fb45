import { PROVIDER_LABELS, type PartTest, type ProviderReport } from '#shared/provider.ts';

/** A line for each provider, and one for each part that it was tested with; only one where it failed with all of them alike. */
export function describeProviders(providers: readonly ProviderReport[]): string[] {
  return providers.flatMap(({ name, runs, tests, selfTest }) => {
    const label = PROVIDER_LABELS[name];
    const problems = new Set(tests.map(({ problem }) => problem));
    const [problem] = problems;
    if (problems.size === 1 && problem) return [`${label}: ${problem}`];
    const line = [
      `${label}: ${runs.length > 0 ? `runs ${runs.join(', ')}` : 'not used'}`,
      ...(selfTest === null ? [] : [`self-test ${selfTest}`]),
      ...(tests.length === 0 && selfTest === null ? ['not tested: `refoley pack measure` does that'] : []),
    ];
    return [line.join(', '), ...tests.map((test) => `  ${test.part}: ${describeTest(test)}`)];
  });
}

function describeTest({ milliseconds, difference, problem }: PartTest): string {
  if (problem !== null) return problem;
  const time = milliseconds === null ? '' : `${milliseconds.toFixed(1)} ms`;
  return difference ? `${time}, ${(100 * difference).toPrecision(1)} % off the CPU` : time;
}
