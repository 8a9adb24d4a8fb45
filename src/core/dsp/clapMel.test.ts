import { describe, expect, it } from 'vitest';

import { clapMel, type ClapFormat } from './clapMel.ts';
import goldens from './goldens/clapMel.json' with { type: 'json' };
import { probeSignal } from './probeSignal.ts';

const format: ClapFormat = {
  ...{ sampleRate: 48_000, fftSize: 1024, hop: 480, bins: 64, seconds: 10 },
  ...{ band: [50, 14_000], fused: false },
};

describe('clapMel', () => {
  it.each(Object.entries(goldens))('equals ClapFeatureExtractor: %s', (_, { seconds, fused, mel }) => {
    const sound = probeSignal(format.sampleRate, seconds);
    const { views, frames, bins, data } = clapMel(sound, { ...format, fused });
    expect([views * frames, bins]).toEqual(mel.shape);
    const stored = new Float32Array(Uint8Array.from(Buffer.from(mel.rows, 'base64')).buffer);
    let worst = 0;
    stored.forEach((value, i) => {
      const row = Math.floor(i / bins) * mel.every;
      worst = Math.max(worst, Math.abs((data[row * bins + (i % bins)] ?? NaN) - value));
    });
    // In dB.
    expect(worst).toBeLessThan(0.01);
    expect(data.reduce((total, value) => total + value, 0) / data.length).toBeCloseTo(mel.mean, 3);
  });

  it('hears nothing at the floor', () => {
    const { data } = clapMel(new Float32Array(0), format);
    expect(data).toEqual(new Float32Array(1001 * 64).fill(-100));
  });
});
