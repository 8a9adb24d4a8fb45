import { exactLog } from './exactMath.ts';
import {
  alphasCumprod,
  checkSteps,
  noised,
  roundHalfEven,
  trailingTimestep,
  type Scheduler,
  type SchedulerConfig,
} from './schedule.ts';

/** Signal and noise amplitude at a point of the schedule. */
interface Level {
  readonly signal: number;
  readonly noise: number;
}

/**
 * DPM-Solver++(2M) (Lu et al., 2022, algorithm 2), midpoint. Equal to diffusers' DPMSolverMultistepScheduler with its
 * defaults (final_sigmas_type "zero": the last step is of first order and ends at the clean latent). Steps are to be
 * taken in order: step i uses the clean estimate of step i - 1; without one it is of first order.
 *
 * @throws RefoleyError input for a number of steps that the schedule does not have
 */
export function createDpmpp(config: SchedulerConfig, steps: number): Scheduler {
  checkSteps(steps, config);
  const alphas = alphasCumprod(config);
  const timesteps = dpmppTimesteps(config, steps);
  const levels: readonly Level[] = timesteps.map((time) => {
    const alpha = alphas[time] ?? 1;
    return { signal: Math.sqrt(alpha), noise: Math.sqrt(1 - alpha) };
  });
  const silence: Level = { signal: 1, noise: 0 };
  let earlier: { readonly index: number; readonly clean: Float32Array } | undefined;

  function step(prediction: Float32Array, index: number, sample: Float32Array): Float32Array {
    const here = levels[index] ?? silence;
    const next = levels[index + 1] ?? silence;
    const clean = sample.map((x, i) =>
      config.predictionType === 'v_prediction'
        ? here.signal * x - here.noise * prediction[i]!
        : (x - here.noise * prediction[i]!) / here.signal,
    );
    const previous = earlier?.index === index - 1 ? earlier.clean : undefined;
    earlier = { index, clean };

    // exp(-h) = (next.noise here.signal) / (next.signal here.noise), so no exponential is needed.
    const keep = next.noise / here.noise;
    const gain = next.signal - here.signal * keep;
    const before = levels[index - 1];
    if (previous === undefined || before === undefined || next.noise === 0) {
      return sample.map((x, i) => keep * x + gain * clean[i]!);
    }
    const h = logSnr(next) - logSnr(here);
    const ratio = (logSnr(here) - logSnr(before)) / h;
    const slope = 1 / (2 * ratio);
    return sample.map((x, i) => keep * x + gain * (clean[i]! + slope * (clean[i]! - previous[i]!)));
  }

  return {
    timesteps,
    initNoiseSigma: 1,
    addNoise: (clean, noise, index) => noised(alphas, timesteps[index] ?? 0, clean, noise),
    step,
  };
}

/** lambda = log(alpha / sigma). */
function logSnr({ signal, noise }: Level): number {
  return exactLog(signal) - exactLog(noise);
}

/** As diffusers spaces them for this solver: "leading" and "linspace" cut one step more and leave timestep 0 out. */
function dpmppTimesteps(config: SchedulerConfig, steps: number): number[] {
  const total = config.trainTimesteps;
  const ascending = Array.from({ length: steps }, (_, i) => {
    switch (config.timestepSpacing) {
      case 'leading':
        return (i + 1) * Math.floor(total / (steps + 1)) + config.stepsOffset;
      case 'linspace':
        return roundHalfEven((i + 1) * ((total - 1) / steps));
      case 'trailing':
        return trailingTimestep(config, steps, i);
    }
  });
  return ascending.reverse();
}
