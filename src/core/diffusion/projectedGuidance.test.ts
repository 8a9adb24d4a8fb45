import { describe, expect, it } from 'vitest';
import { gaussianNoise } from './noise.ts';
import { projectedGuidance } from './projectedGuidance.ts';

const share = 0.7;
const [sample, conditional, unconditional] = [1, 2, 3].map((seed) => gaussianNoise(seed, 256)) as [
  Float32Array,
  Float32Array,
  Float32Array,
];
const clean = (velocity: Float32Array): number[] => [...velocity].map((v, i) => sample[i]! - share * v);
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

function guided(guidance: number, projected: number): Float32Array {
  return projectedGuidance({ sample, conditional, unconditional, share, guidance, projected });
}

describe('projectedGuidance', () => {
  it('changes nothing at a guidance of 1', () => {
    expect(guided(1, 1)).toEqual(conditional);
  });

  it('is plain guidance where nothing is projected', () => {
    guided(4, 0).forEach((value, i) =>
      expect(value).toBeCloseTo(unconditional[i]! + 4 * (conditional[i]! - unconditional[i]!), 4),
    );
  });

  it('adds nothing along the guessed sound', () => {
    const [guess, plain, projected] = [conditional, guided(4, 0), guided(4, 1)].map(clean);
    const added = (to: number[]): number[] => to.map((value, i) => value - guess![i]!);
    expect(Math.abs(dot(added(plain!), guess!))).toBeGreaterThan(1);
    expect(dot(added(projected!), guess!)).toBeCloseTo(0, 3);
  });

  it('makes something finite of silence', () => {
    const silence = new Float32Array(4);
    const made = projectedGuidance({
      ...{ sample: silence, conditional: silence, unconditional: silence },
      ...{ share, guidance: 7, projected: 1 },
    });
    expect(made.every((value) => value === 0)).toBe(true);
  });
});
