import type { Scheduler } from '../../diffusion/schedule.ts';
import type { SamplingPlan } from './model.ts';

/**
 * Where the steps of a diffusion model begin (SDEdit: Meng et al., 2022): with a sound there, those that would only have made
 * as much of it are left out.
 * @param start how much of the way the sound has gone
 */
export function diffusionSteps(scheduler: Scheduler, start: number): SamplingPlan {
  const steps = scheduler.timesteps.length;
  const first = Math.min(Math.round(start * steps), steps - 1);
  return { scheduler, first, isBegun: first > 0 };
}
