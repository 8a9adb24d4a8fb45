import { describe, expect, it } from 'vitest';
import type { Canvas } from './canvas.ts';
import { generatePart } from './generatePart.ts';
import { checkSettings } from './settings.ts';
import { createTestPack, testManifest } from './testPack.ts';

const SECONDS = 0.64;
const RATE = testManifest.audio.sampleRate;
const settings = checkSettings(
  { prompt: 'door', seed: 3, sampler: 'dpmpp', steps: 4, duration: SECONDS, sampleRate: 48_000 },
  testManifest,
);

function canvasOf(sample: (n: number) => number): Canvas {
  return {
    samples: Float32Array.from({ length: SECONDS * RATE }, (_, n) => sample(n)),
    start: 0.2,
    end: 0.4,
  };
}
const made = async (...canvases: [Canvas, ...Canvas[]]) =>
  (await generatePart(settings, [], createTestPack(), {}, canvases)).channels;
function rms(samples: Float32Array = new Float32Array()): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
}

describe('generatePart', () => {
  const tone = canvasOf((n) => 0.7 * Math.sin(n / 5));

  it('makes the same of a channel alone and of two that differ in level', async () => {
    const [alone] = await made(tone);
    const [left, right] = await made(
      canvasOf((n) => 0.35 * Math.sin(n / 5)),
      tone,
    );
    expect(right).toEqual(alone);
    expect(left).toEqual(alone?.map((sample: number) => 0.5 * sample));
  });

  it('makes channels that differ apart from each other, as loud beside each other as they are', async () => {
    const noisy = canvasOf((n) => 0.3 * Math.sin(n / 5) + 0.3 * Math.sin(n ** 2 / 300));
    const [left, right] = await made(tone, noisy);
    expect(right).not.toEqual(left);
    expect(rms(right) / rms(left)).toBeCloseTo(rms(noisy.samples) / rms(tone.samples), 1);
    expect(await made(tone, noisy)).toEqual([left, right]);
  });

  it('leaves a silent channel silent', async () => {
    const [left, right] = await made(
      canvasOf(() => 0),
      tone,
    );
    expect(rms(left)).toBe(0);
    expect(left).toHaveLength(right?.length ?? 0);
    expect(rms(right)).toBeGreaterThan(0);
  });
});
