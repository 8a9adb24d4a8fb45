import type { PackManifest } from '#core/pack/manifest.ts';
import { createDdim } from './ddim.ts';
import { createDpmpp } from './dpmpp.ts';
import type { Scheduler, SchedulerConfig } from './schedule.ts';

export type Sampler = Exclude<PackManifest['defaults']['sampler'], 'distilled'>;

/** @throws RefoleyError input for a number of steps that the schedule does not have */
export function createScheduler(sampler: Sampler, config: SchedulerConfig, steps: number): Scheduler {
  return sampler === 'ddim' ? createDdim(config, steps) : createDpmpp(config, steps);
}
