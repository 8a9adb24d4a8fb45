import { describe, expect, it } from 'vitest';
import { gaussianNoise } from '../diffusion/noise.ts';
import { calibrate, UNCALIBRATED } from './calibrate.ts';
import { fuseHits } from './fuse.ts';

/** Texts around one direction and sounds around another, as towers of CLAP have them. */
function sounds(count: number, size: number) {
  return Array.from({ length: count }, (_, k) => ({
    text: around(2 * k, 0, size),
    audio: around(2 * k + 1, 1, size),
  }));
}

function around(seed: number, axis: number, size: number): Float32Array {
  const vector = gaussianNoise(seed, size).map((value, i) => value / Math.sqrt(size) + (i === axis ? 1 : 0));
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

describe('calibrate', () => {
  it('measures what unrelated pairs come to, on each path', () => {
    const { textToText, textToAudio } = calibrate(sounds(60, 256));
    // One of two parts is shared by texts; of a text and a sound none is.
    expect(textToText.mean).toBeCloseTo(0.5, 1);
    expect(textToAudio.mean).toBeCloseTo(0, 1);
    expect(textToText.std).toBeLessThan(0.1);
  });

  it('lets a sound that stands out on its path come before one that is only near as all captions are', () => {
    const calibration = calibrate(sounds(60, 256));
    const usual = { id: 1, similarity: calibration.textToText.mean };
    const striking = { id: 2, similarity: 0.3 };
    expect(fuseHits([usual], [striking], calibration).map(({ id }) => id)).toEqual([2, 1]);
    expect(fuseHits([usual], [striking], UNCALIBRATED).map(({ id }) => id)).toEqual([1, 2]);
  });

  it('says nothing of too few sounds, and divides by no zero', () => {
    expect(calibrate(sounds(3, 16))).toBe(UNCALIBRATED);
    const same = Array.from({ length: 9 }, () => ({ text: around(1, 0, 16), audio: around(2, 1, 16) }));
    expect(calibrate(same).textToText.std).toBeGreaterThan(0);
  });
});
