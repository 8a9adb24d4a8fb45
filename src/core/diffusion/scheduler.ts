import type { Sampler } from '#core/pack/facts.ts';
import { createDdim } from './ddim.ts';
import { createDpmpp } from './dpmpp.ts';
import type { Scheduler, SchedulerConfig } from './schedule.ts';

/** @throws RefoleyError input for a number of steps that the schedule does not have */
export function createScheduler(
  sampler: Exclude<Sampler, 'distilled'>,
  config: SchedulerConfig,
  steps: number,
): Scheduler {
  return sampler === 'ddim' ? createDdim(config, steps) : createDpmpp(config, steps);
}
