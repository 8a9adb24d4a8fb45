import { RefoleyError } from '#core/errors.ts';
import type { Sampler } from '#core/pack/facts.ts';
import { createDdim } from './ddim.ts';
import { createDpmpp } from './dpmpp.ts';
import type { Schedule, Scheduler } from './schedule.ts';

/** @throws RefoleyError input for a number of steps that the schedule does not have, and for a sampler that it is not made for */
export function createScheduler(
  sampler: Sampler,
  { timestepSpacing: spacing, ...schedule }: Schedule,
  steps: number,
): Scheduler {
  if (sampler !== 'ddim' && sampler !== 'dpmpp')
    throw new RefoleyError('input', `this pack has no sampler '${sampler}': take dpmpp or ddim`);
  const usual = sampler === 'ddim' ? 'leading' : 'linspace';
  const config = { ...schedule, timestepSpacing: spacing === 'usual' ? usual : spacing };
  return sampler === 'ddim' ? createDdim(config, steps) : createDpmpp(config, steps);
}
