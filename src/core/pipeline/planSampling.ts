import { planBranches, type Branch } from '../diffusion/guidance.ts';
import { createScheduler } from '../diffusion/scheduler.ts';
import type { Scheduler } from '../diffusion/schedule.ts';
import type { PackManifest } from '../pack/manifest.ts';
import type { TakeSettings } from './settings.ts';

export interface SamplingPlan {
  readonly scheduler: Scheduler;
  readonly branches: readonly Branch[];
  /** Added to the timesteps that the UNet is told: it says which of its modes is wanted. */
  readonly timestepOffset: number;
}

/**
 * How a take is denoised: one branch per term of the guidance, or, in the distilled mode, which was taught the guided
 * result, DDIM strides with a single branch.
 */
export function planSampling(
  { sampler, steps, guidance, libraryGuidance }: TakeSettings,
  hasNeighbours: boolean,
  { scheduler: schedule, distilled }: PackManifest,
): SamplingPlan {
  if (sampler === 'distilled') {
    return {
      scheduler: createScheduler('ddim', schedule, steps),
      branches: [{ text: true, library: hasNeighbours, coefficient: 1 }],
      timestepOffset: distilled?.timestepOffset ?? 0,
    };
  }
  return {
    scheduler: createScheduler(sampler, schedule, steps),
    branches: planBranches({ guidance, libraryGuidance, hasNeighbours }),
    timestepOffset: 0,
  };
}
