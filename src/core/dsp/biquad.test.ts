import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWav, writeWav } from '../audio/wav.ts';
import { gaussianNoise } from '../diffusion/noise.ts';
import { applyFilters, designFilter } from './biquad.ts';

const RATE = 48_000;
const SOX = process.env['CI'] === 'true' || spawnSync('sox', ['--version']).status === 0;

/** dB at which a sine comes through. */
function response(
  shape: Parameters<typeof designFilter>[0],
  hz: number,
  at: number,
  q = Math.SQRT1_2,
  db = 0,
): number {
  const sine = Float32Array.from({ length: RATE }, (_, n) => 0.1 * Math.sin((2 * Math.PI * at * n) / RATE));
  const power = (samples: Float32Array) =>
    samples.subarray(RATE / 2).reduce((sum, sample) => sum + sample ** 2, 0);
  return 10 * Math.log10(power(applyFilters(sine, [designFilter(shape, RATE, hz, q, db)])) / power(sine));
}

describe('designFilter', () => {
  it('has the levels that its shape promises', () => {
    expect(response('lowCut', 200, 200)).toBeCloseTo(-3.01, 1);
    expect(response('lowCut', 200, 50)).toBeCloseTo(-24.1, 0);
    expect(response('highCut', 5000, 5000)).toBeCloseTo(-3.01, 1);
    expect(response('lowShelf', 300, 20, Math.SQRT1_2, 6)).toBeCloseTo(6, 1);
    expect(response('lowShelf', 300, 300, Math.SQRT1_2, 6)).toBeCloseTo(3, 1);
    expect(response('highShelf', 3000, 18_000, Math.SQRT1_2, -9)).toBeCloseTo(-9, 1);
    expect(response('bell', 1000, 1000, 2, 4)).toBeCloseTo(4, 2);
    expect(response('bell', 1000, 8000, 2, 4)).toBeCloseTo(0, 1);
    expect(response('notch', 50, 50, 30)).toBeLessThan(-25);
    expect(response('notch', 50, 100, 30)).toBeCloseTo(0, 1);
  });

  it.runIf(SOX).each([
    ['highpass 120 0.707q', 'lowCut', 120, 0.707, 0],
    ['lowpass 4000 1.5q', 'highCut', 4000, 1.5, 0],
    ['bass 6 250 0.707q', 'lowShelf', 250, 0.707, 6],
    ['treble -4 6000 0.707q', 'highShelf', 6000, 0.707, -4],
    ['equalizer 900 2q 5', 'bell', 900, 2, 5],
  ] as const)('filters as sox does: %s', (effect, shape, hz, q, db) => {
    const folder = mkdtempSync(join(tmpdir(), 'refoley-sox-'));
    try {
      const noise = gaussianNoise(3, RATE / 2).map((sample) => 0.05 * sample);
      const [from, to] = [join(folder, 'in.wav'), join(folder, 'out.wav')];
      writeFileSync(from, writeWav({ sampleRate: RATE, channels: [noise], bits: 32 }));
      const { status, stderr } = spawnSync('sox', ['-D', from, to, ...effect.split(' ')], {
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
      const theirs = readWav(readFileSync(to)).channels[0]!;
      const ours = applyFilters(noise, [designFilter(shape, RATE, hz, q, db)]);
      const error = ours.reduce((most, sample, n) => Math.max(most, Math.abs(sample - theirs[n]!)), 0);
      expect(error).toBeLessThan(1e-6);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
