import { describe, expect, it } from 'vitest';

import goldens from './goldens/towerMel.json' with { type: 'json' };
import { probeSignal } from './probeSignal.ts';
import { TOWER_BINS, TOWER_RATE, towerMel } from './towerMel.ts';

describe('towerMel', () => {
  it.each(Object.entries(goldens))('equals the reference of the training code: %s', (_, { seconds, mel }) => {
    const { blocks, data } = towerMel(probeSignal(TOWER_RATE, seconds));
    expect([blocks * 100, TOWER_BINS]).toEqual(mel.shape);
    const stored = new Float32Array(Uint8Array.from(Buffer.from(mel.rows, 'base64')).buffer);
    let worst = 0;
    stored.forEach((value, i) => {
      const row = Math.floor(i / TOWER_BINS) * mel.every;
      worst = Math.max(worst, Math.abs((data[row * TOWER_BINS + (i % TOWER_BINS)] ?? NaN) - value));
    });
    expect(worst).toBeLessThan(1e-4);
    expect(data.reduce((total, value) => total + value, 0) / data.length).toBeCloseTo(mel.mean, 5);
  });

  it('does not hear the level of a sound', () => {
    const sound = probeSignal(TOWER_RATE, 0.3);
    const quiet = towerMel(sound.map((sample) => sample / 64));
    expect(quiet.data).toEqual(towerMel(sound).data);
  });
});
