import { describe, expect, it } from 'vitest';

import goldens from './goldens/schedulers.json' with { type: 'json' };
import { gaussianNoise } from './noise.ts';
import { alphasCumprod, roundHalfEven, type SchedulerConfig } from './schedule.ts';
import type { Sampler } from '../pack/facts.ts';
import { createScheduler } from './scheduler.ts';

const betas: Record<string, number[]> = goldens.betas;

function config(
  betaSchedule: string,
  predictionType: string = 'epsilon',
  timestepSpacing: string = 'trailing',
): SchedulerConfig {
  const [betaStart = 0, betaEnd = 0] = betas[betaSchedule] ?? [];
  return {
    trainTimesteps: 1000,
    betaSchedule: betaSchedule as SchedulerConfig['betaSchedule'],
    betaStart,
    betaEnd,
    predictionType: predictionType as SchedulerConfig['predictionType'],
    timestepSpacing: timestepSpacing as SchedulerConfig['timestepSpacing'],
    shift: 1,
    stepsOffset: 0,
    setAlphaToOne: true,
  };
}

function decode(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

/** `toy_model` of training/refoley_training/goldens/schedulers.py, in single precision like it. */
function toyModel(sample: Float32Array, timestep: number): Float32Array {
  return sample.map((x) => (x / (1 + Math.abs(x))) * 0.9 + 0.2 * (timestep / 1000) - 0.1);
}

describe('alphasCumprod', () => {
  it.each(Object.entries(goldens.alphasCumprod))('equals diffusers: %s', (name, golden) => {
    const alphas = alphasCumprod(config(name));
    expect(alphas).toHaveLength(1000);
    decode(golden.rows).forEach((value, i) => {
      expect(Math.abs((alphas[i * golden.every] ?? NaN) / value - 1)).toBeLessThan(1e-6);
    });
    expect(alphas.reduce((total, value) => total + value, 0) / 1000).toBeCloseTo(golden.mean, 7);
  });

  it('ends near zero signal with the cosine schedule', () => {
    const last = alphasCumprod(config('squaredcos_cap_v2')).at(-1) ?? NaN;
    expect(last).toBeGreaterThan(2.4e-9);
    expect(last).toBeLessThan(2.5e-9);
  });
});

describe('shifted timesteps', () => {
  const shifted = { ...config('squaredcos_cap_v2', 'v_prediction'), shift: 5 };

  it.each(['ddim', 'dpmpp'] as const)(
    'are those of training/refoley_training/diffusion.py: %s',
    (sampler) => {
      expect(createScheduler(sampler, shifted, 4).timesteps).toEqual([999, 937, 832, 624]);
    },
  );

  it('are all different up to the most steps there can be, and one more is refused', () => {
    const { timesteps } = createScheduler('ddim', shifted, 200);
    expect(new Set(timesteps).size).toBe(200);
    expect(() => createScheduler('ddim', shifted, 201)).toThrow('from 1 to 200');
  });

  it.each(['ddim', 'dpmpp'] as const)('lead a model that knows the answer to it: %s', (sampler) => {
    const scheduler = createScheduler(sampler, shifted, 8);
    const alphas = alphasCumprod(shifted);
    const clean = gaussianNoise(3, 64);
    let sample: Float32Array = gaussianNoise(4, 64);
    scheduler.timesteps.forEach((time, index) => {
      const [signal, noise] = [Math.sqrt(alphas[time] ?? 1), Math.sqrt(1 - (alphas[time] ?? 1))];
      const velocity = sample.map((x, i) => (signal * x - (clean[i] ?? 0)) / noise);
      sample = scheduler.step(velocity, index, sample);
    });
    sample.forEach((x, i) => expect(x).toBeCloseTo(clean[i] ?? NaN, 3));
  });
});

describe('a full loop equals diffusers', () => {
  const names = [
    ...new Set(goldens.loops.map((loop) => `${loop.sampler} ${loop.betaSchedule} ${loop.predictionType}`)),
  ];
  it.each(names)('%s', (name) => {
    const loops = goldens.loops.filter(
      (loop) => name === `${loop.sampler} ${loop.betaSchedule} ${loop.predictionType}`,
    );
    expect(loops.length).toBeGreaterThanOrEqual(18);
    for (const golden of loops) {
      const settings = config(golden.betaSchedule, golden.predictionType, golden.timestepSpacing);
      const scheduler = createScheduler(
        golden.sampler as Exclude<Sampler, 'distilled'>,
        settings,
        golden.steps,
      );
      expect(scheduler.timesteps.join(' ')).toBe(golden.timesteps);
      expect(scheduler.initNoiseSigma).toBe(1);
      let sample = gaussianNoise(goldens.seed, goldens.size);
      scheduler.timesteps.forEach((timestep, index) => {
        sample = scheduler.step(toyModel(sample, timestep), index, sample);
      });
      const expected = decode(golden.sample);
      const scale = Math.max(1, ...expected.map(Math.abs));
      const worst = Math.max(...expected.map((value, i) => Math.abs(value - (sample[i] ?? NaN))));
      expect({ ...golden, error: worst / scale }).toSatisfy(({ error }: { error: number }) => error < 1e-5);
    }
  });
});

describe.each(['ddim', 'dpmpp'] as const)('%s', (sampler) => {
  it.each(['leading', 'trailing', 'linspace'])(
    'finds a known sound in any number of steps: %s',
    (spacing) => {
      const settings = config('squaredcos_cap_v2', 'v_prediction', spacing);
      const alphas = alphasCumprod(settings);
      const sound = gaussianNoise(1, 64);
      for (const steps of [1, 3, 20, 30, 77]) {
        const scheduler = createScheduler(sampler, settings, steps);
        let sample = gaussianNoise(2, 64);
        scheduler.timesteps.forEach((timestep, index) => {
          const alpha = alphas[timestep] ?? 1;
          const [signal, noise] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
          const velocity = sample.map((x, i) => (signal * x - (sound[i] ?? 0)) / noise);
          sample = scheduler.step(velocity, index, sample);
        });
        sample.forEach((value, i) => expect(value).toBeCloseTo(sound[i] ?? NaN, 4));
      }
    },
  );

  it('gives the same loop twice from one scheduler', () => {
    const scheduler = createScheduler(sampler, config('squaredcos_cap_v2', 'v_prediction'), 8);
    const run = (): Float32Array =>
      scheduler.timesteps.reduce(
        (sample, timestep, index) => scheduler.step(toyModel(sample, timestep), index, sample),
        gaussianNoise(3, 16),
      );
    expect(run()).toEqual(run());
  });

  it.each([0, -1, 1.5, 1001, NaN])('refuses %d steps', (steps) => {
    expect(() => createScheduler(sampler, config('linear'), steps)).toThrow('choose from 1 to 1000');
  });
});

describe('roundHalfEven', () => {
  it('rounds halves to the even neighbour', () => {
    expect([0.5, 1.5, 2.5, 2.4, 2.6, 332.5].map(roundHalfEven)).toEqual([0, 2, 2, 2, 3, 332]);
  });
});

describe('addNoise', () => {
  it.each(['ddim', 'dpmpp'] as const)('is undone by a model that knows the sound: %s', (sampler) => {
    const scheduler = createScheduler(sampler, config('squaredcos_cap_v2'), 20);
    const clean = gaussianNoise(1, 64);
    const noise = gaussianNoise(2, 64);
    for (const first of [3, 10, 19]) {
      let sample = scheduler.addNoise(clean, noise, first);
      for (let i = first; i < 20; i++) sample = scheduler.step(noise, i, sample);
      sample.forEach((value, i) => expect(value).toBeCloseTo(clean[i] ?? NaN, 4));
    }
  });
});
