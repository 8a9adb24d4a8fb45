import type { EngineContext } from '#engine/context.ts';
import { makeTakes } from '#engine/takes/makeTakes.ts';
import { torchPeer } from './torchPeer.ts';

const TAKES = 5;
const STAGES = ['retrieve', 'encode', 'sample', 'decode', 'vocode', 'finish', 'total'] as const;

/** A take of 5.12 s with the pack's defaults, everything loaded: the median of five, by stage, and peak memory. */
export async function renderBench(context: EngineContext): Promise<Record<string, number>> {
  const settings = { prompt: 'rusty gate creaks open, slow', seed: 1, duration: 5.12 };
  await makeTakes(context, { settings }, {});
  const timings: Record<string, number>[] = [];
  for (let take = 0; take < TAKES; take++) timings.push((await makeTakes(context, { settings }, {})).timings);

  const typical = (stage: string): number => median(timings.map((of) => of[stage] ?? 0));
  const medians = STAGES.map((stage): [string, number] => [`take of 5.12 s, ${stage}, ms`, typical(stage)]);
  const { peakMemory } = await context.inference.run('ping', undefined);
  const { manifest } = await context.pack();
  return {
    ...Object.fromEntries(medians),
    ...(await torchPeer(manifest.defaults.steps, typical('sample'))),
    'inference process, peak memory, MB': peakMemory / 1e6,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
