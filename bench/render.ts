import type { RequestedSettings } from '#core/pipeline/settings.ts';
import type { EngineContext } from '#engine/context.ts';
import { makeTakes } from '#engine/takes/makeTakes.ts';
import { torchPeer } from './torchPeer.ts';

const TAKES = 5;
const STAGES = ['retrieve', 'encode', 'sample', 'decode', 'vocode', 'choose', 'finish', 'total'] as const;

/** A take of 5.12 s with everything loaded, by the pack's defaults and in other ways: the median of five, and peak memory. */
export async function renderBench(context: EngineContext): Promise<Record<string, number>> {
  const { defaults } = (await context.pack()).manifest;
  const usual = await measure(context, {});
  const one = await measure(context, { candidates: 1 });
  const guided = await measure(context, { sampler: defaults.sampler, steps: defaults.steps, candidates: 1 });
  const stages = STAGES.map((stage) => [`take of 5.12 s, ${stage}, ms`, usual(stage)] as const);
  const { peakMemory } = await context.inference.run('ping', undefined);
  return {
    ...Object.fromEntries(stages),
    'the same of one candidate, sample, ms': one('sample'),
    'the same of one candidate, total, ms': one('total'),
    'the same with guidance, sample, ms': guided('sample'),
    'the same with guidance, total, ms': guided('total'),
    ...(await torchPeer(defaults.steps, guided('sample'))),
    'inference process, peak memory, MB': peakMemory / 1e6,
  };
}

/** @returns the median of a stage in milliseconds */
async function measure(context: EngineContext, asked: RequestedSettings): Promise<(stage: string) => number> {
  const settings = { prompt: 'rusty gate creaks open, slow', seed: 1, duration: 5.12, ...asked };
  await makeTakes(context, { settings }, {});
  const timings: Record<string, number>[] = [];
  for (let take = 0; take < TAKES; take++) timings.push((await makeTakes(context, { settings }, {})).timings);
  return (stage) => median(timings.map((of) => of[stage] ?? 0));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
