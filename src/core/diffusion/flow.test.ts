import { describe, expect, it } from 'vitest';

import { createFlow, type FlowSampler } from './flow.ts';
import goldens from './goldens/flow.json' with { type: 'json' };
import { gaussianNoise } from './noise.ts';

const { seed, size } = goldens;
/** As the reference draws it: once for the beginning and once for each step. */
const noise = (step: number): Float32Array => gaussianNoise(seed + 1 + step, size);

function decode(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

/** `toy_model` of training/refoley_training/goldens/flow.py. */
function toyModel(sample: Float32Array, share: number): Float32Array {
  return sample.map((x) => (x / (1 + Math.abs(x))) * 0.9 + 0.2 * share - 0.1);
}

function furthest(made: ArrayLike<number>, wanted: Float32Array): number {
  return Math.max(...wanted.map((value, i) => Math.abs(value - (made[i] ?? NaN))));
}

describe('createFlow', () => {
  it.each(goldens.loops)(
    'equals the reference: $sampler, $steps steps from $from',
    ({ sampler, steps, from, ...golden }) => {
      const flow = createFlow({ sampler: sampler as FlowSampler, steps, from, noise });
      const shares = decode(golden.shares);
      expect(flow.timesteps).toHaveLength(steps);
      expect(furthest([...flow.timesteps, 0], shares)).toBeLessThan(1e-6);
      let sample = gaussianNoise(seed, size);
      flow.timesteps.forEach((share, index) => {
        sample = flow.step(toyModel(sample, share), index, sample);
      });
      expect(furthest(sample, decode(golden.sample))).toBeLessThan(1e-5);
    },
  );

  it.each(['euler', 'dpmpp', 'pingpong'] as const)('finds a sound that the model knows: %s', (sampler) => {
    const sound = gaussianNoise(1, 64);
    for (const steps of [1, 3, 20]) {
      const flow = createFlow({ sampler, steps, noise: (step) => gaussianNoise(step + 3, 64) });
      let sample = flow.addNoise(sound, gaussianNoise(2, 64), 0);
      flow.timesteps.forEach((share, index) => {
        const velocity = sample.map((x, i) => (x - sound[i]!) / share);
        sample = flow.step(velocity, index, sample);
      });
      expect(furthest(sample, sound)).toBeLessThan(1e-4);
    }
  });

  it('begins with as much of a sound as is asked for', () => {
    const flow = createFlow({ sampler: 'pingpong', steps: 8, from: 0.25, noise });
    expect(flow.addNoise(Float32Array.of(1), Float32Array.of(-1), 0)).toEqual(Float32Array.of(0.5));
  });

  it.each([0, -1, 1.5, 1001, NaN])('refuses %d steps', (steps) => {
    expect(() => createFlow({ sampler: 'euler', steps, noise })).toThrow('choose from 1 to 1000');
  });

  it.each([0, -0.1, 1.1, NaN])('refuses a beginning of %d', (from) => {
    expect(() => createFlow({ sampler: 'euler', steps: 4, from, noise })).toThrow('choose from 0 to 1');
  });
});
