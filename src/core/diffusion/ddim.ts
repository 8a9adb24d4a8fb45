import {
  alphasCumprod,
  checkSteps,
  noised,
  roundHalfEven,
  trailingTimestep,
  type Scheduler,
  type SchedulerConfig,
} from './schedule.ts';

/**
 * Deterministic DDIM, eta = 0 (Song et al., 2021, eq. 12). Equal to diffusers' DDIMScheduler with clip_sample=False
 * where `steps` divides the training timesteps. Elsewhere a step goes to the next timestep, and the last one to the
 * clean latent, where diffusers always goes floor(T / steps) back and leaves noise behind.
 *
 * @throws RefoleyError input for a number of steps that the schedule does not have
 */
export function createDdim(config: SchedulerConfig, steps: number): Scheduler {
  checkSteps(steps, config);
  const alphas = alphasCumprod(config);
  const timesteps = ddimTimesteps(config, steps);
  const finalAlpha = config.setAlphaToOne ? 1 : (alphas[0] ?? 1);

  function step(prediction: Float32Array, index: number, sample: Float32Array): Float32Array {
    const time = timesteps[index] ?? 0;
    const alpha = alphas[time] ?? 1;
    const nextAlpha = alphas[nextTimestep(config, timesteps, index)] ?? finalAlpha;
    const [signal, noise] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
    const [nextSignal, nextNoise] = [Math.sqrt(nextAlpha), Math.sqrt(1 - nextAlpha)];
    const isVelocity = config.predictionType === 'v_prediction';
    return sample.map((x, i) => {
      const output = prediction[i]!;
      const epsilon = isVelocity ? signal * output + noise * x : output;
      const clean = isVelocity ? signal * x - noise * output : (x - noise * output) / signal;
      return nextSignal * clean + nextNoise * epsilon;
    });
  }

  return {
    timesteps,
    initNoiseSigma: 1,
    addNoise: (clean, noise, index) => noised(alphas, timesteps[index] ?? 0, clean, noise),
    step,
  };
}

/** -1, which has the least noise, after the last step. */
function nextTimestep(config: SchedulerConfig, timesteps: readonly number[], index: number): number {
  const next = timesteps[index + 1];
  if (next === undefined) return -1;
  if (config.timestepSpacing !== 'linspace') return next;
  // "linspace" timesteps lie further apart than T / steps; diffusers goes by the latter.
  return (timesteps[index] ?? 0) - Math.floor(config.trainTimesteps / timesteps.length);
}

/** Lin et al., "Common diffusion noise schedules and sample steps are flawed", 2024, table 2. */
function ddimTimesteps(config: SchedulerConfig, steps: number): number[] {
  const total = config.trainTimesteps;
  const ascending = Array.from({ length: steps }, (_, i) => {
    switch (config.timestepSpacing) {
      case 'leading':
        return i * Math.floor(total / steps) + config.stepsOffset;
      case 'linspace':
        return steps === 1 ? 0 : roundHalfEven(i * ((total - 1) / (steps - 1)));
      case 'trailing':
        return trailingTimestep(config, steps, i);
    }
  });
  return ascending.reverse();
}
