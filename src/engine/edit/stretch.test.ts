import { describe, expect, it } from 'vitest';
import { stretch } from './stretch.ts';

const RATE = 48_000;

/** Clicks at these moments. */
function clicks(seconds: number, at: readonly number[]): Float32Array {
  const samples = new Float32Array(seconds * RATE);
  for (const moment of at)
    for (let n = 0; n < 400; n++)
      samples[Math.round(moment * RATE) + n] = Math.sin(n * 0.9) * Math.exp(-n / 60);
  return samples;
}

/** Hz, by the zero crossings of the middle. */
function pitch(samples: Float32Array): number {
  const middle = samples.subarray(samples.length / 4, (3 * samples.length) / 4);
  let crossings = 0;
  for (let n = 1; n < middle.length; n++) if (middle[n - 1]! < 0 && middle[n]! >= 0) crossings++;
  return (crossings * RATE) / middle.length;
}

describe('stretch', () => {
  it.each([0.5, 1, 1.5, 2])('keeps moments where they belong at %f times the length', async (ratio) => {
    const moments = [0.25, 0.8, 1.3];
    const [out] = await stretch([clicks(2, moments)], RATE, { ratio, semitones: 0 });
    expect(out).toHaveLength(2 * RATE * ratio);
    for (const moment of moments) {
      const around = Math.round(moment * ratio * RATE);
      const part = out!.subarray(around - 4800, around + 4800).map(Math.abs);
      const loudest = part.indexOf(Math.max(...part)) - 4800;
      expect(Math.abs(loudest / RATE)).toBeLessThan(0.003);
    }
  });

  it('changes the pitch and not the length, and the length and not the pitch', async () => {
    const tone = Float32Array.from(
      { length: RATE },
      (_, n) => 0.5 * Math.sin((2 * Math.PI * 440 * n) / RATE),
    );
    const [higher] = await stretch([tone], RATE, { ratio: 1, semitones: 7 });
    expect(higher).toHaveLength(RATE);
    expect(pitch(higher!) / 440).toBeCloseTo(2 ** (7 / 12), 1.5);
    const [longer] = await stretch([tone], RATE, { ratio: 1.7, semitones: 0 });
    expect(pitch(longer!) / 440).toBeCloseTo(1, 1.5);
  });

  it('keeps channels together, and gives the same samples every time', async () => {
    const left = clicks(1, [0.3, 0.6]);
    const right = left.map((sample) => -0.5 * sample);
    const by = { ratio: 3, semitones: -2 };
    const once = await stretch([left, right], RATE, by);
    expect(once[1]!.every((sample, n) => Math.abs(sample + 0.5 * once[0]![n]!) < 1e-3)).toBe(true);
    expect(await stretch([left, right], RATE, by)).toEqual(once);
  });

  it('takes sounds that are shorter than it looks ahead', async () => {
    const [out] = await stretch([Float32Array.of(0.1, 0.2, -0.1)], RATE, { ratio: 2, semitones: 0 });
    expect(out).toHaveLength(6);
    expect(out!.every(Number.isFinite)).toBe(true);
  });
});
