import type { Sampler } from '#core/pack/facts.ts';
import { createDdim } from './ddim.ts';
import { createDpmpp } from './dpmpp.ts';
import type { PackManifest } from '#core/pack/manifest.ts';
import type { Scheduler } from './schedule.ts';

/** @throws RefoleyError input for a number of steps that the schedule does not have */
export function createScheduler(
  sampler: Exclude<Sampler, 'distilled'>,
  { timestepSpacing: spacing, ...schedule }: PackManifest['scheduler'],
  steps: number,
): Scheduler {
  const usual = sampler === 'ddim' ? 'leading' : 'linspace';
  const config = { ...schedule, timestepSpacing: spacing === 'usual' ? usual : spacing };
  return sampler === 'ddim' ? createDdim(config, steps) : createDpmpp(config, steps);
}
