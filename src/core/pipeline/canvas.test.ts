import { describe, expect, it } from 'vitest';
import { audibleParts, bridged, withSurroundings, type Canvas } from './canvas.ts';
import { generate } from './generate.ts';
import { melLatentSize } from './models/melLatent.ts';
import { checkSettings } from './settings.ts';
import { createTestPack, testManifest } from './testPack.ts';

const SECONDS = 0.64;
const RATE = testManifest.audio.sampleRate;
const canvas: Canvas = {
  samples: Float32Array.from({ length: SECONDS * RATE }, (_, n) => 0.7 * Math.sin(n / 5)),
  start: 0.2,
  end: 0.4,
};

describe('withSurroundings', () => {
  it('keeps what was made inside of the stretch, and what is known around it', () => {
    const size = melLatentSize(SECONDS, testManifest);
    const { channels, time, frequency } = size;
    const made = new Float32Array(channels * time * frequency).fill(1);
    const known = new Float32Array(made.length).fill(2);
    const whole = withSurroundings(made, known, canvas, size, RATE);
    // A latent frame is 40 ms.
    for (let channel = 0; channel < channels; channel++)
      for (let frame = 0; frame < time; frame++)
        expect(whole[(channel * time + frame) * frequency]).toBe(frame >= 5 && frame < 10 ? 1 : 2);
  });
});

describe('bridged', () => {
  const row = (...samples: number[]) => Float32Array.from(samples);

  it('mirrors what is around a gap into it, and leaves what is around alone', () => {
    const bridge = bridged(row(1, 2, 3, 9, 9, 9, 4, 5, 6), 3, 6);
    expect([...bridge.subarray(0, 3), ...bridge.subarray(6)]).toEqual([1, 2, 3, 4, 5, 6]);
    // 3, 2, 1 going out while 6, 5, 4 come in.
    const share = (angle: number, before: number, after: number) =>
      Math.cos((angle * Math.PI) / 2) * before + Math.sin((angle * Math.PI) / 2) * after;
    expect(bridge[3]).toBeCloseTo(share(1 / 6, 3, 6), 5);
    expect(bridge[4]).toBeCloseTo(share(1 / 2, 2, 5), 5);
    expect(bridge[5]).toBeCloseTo(share(5 / 6, 1, 4), 5);
  });

  it('goes on from one side at the ends, back and forth where there is little', () => {
    expect([...bridged(row(1, 2), 2, 7)]).toEqual([1, 2, 2, 1, 1, 2, 2]);
    expect([...bridged(row(0, 0, 0, 0, 0, 7, 8), 0, 5)]).toEqual([7, 7, 8, 8, 7, 7, 8]);
    expect([...bridged(row(5, 5), 0, 2)]).toEqual([0, 0]);
  });
});

describe('audibleParts', () => {
  it('leaves holes out as long as something else is there', () => {
    const wave = (level: number) => ({ waveform: new Float32Array(SECONDS * RATE).fill(level) });
    expect(audibleParts([wave(0.001), wave(0.1)], canvas, RATE)).toHaveLength(1);
    expect(audibleParts([wave(0.001), wave(0)], canvas, RATE)).toHaveLength(2);
    expect(audibleParts([wave(0.1)], canvas, RATE)[0]!.waveform).toHaveLength(0.2 * RATE);
  });
});

describe('generate on a canvas', () => {
  const settings = (start: number) => ({
    ...checkSettings(
      { prompt: 'door', seed: 3, sampler: 'dpmpp', steps: 4, duration: SECONDS, sampleRate: 48_000 },
      testManifest,
    ),
    start,
  });
  const made = (start: number, on = canvas) => generate(settings(start), [], createTestPack(), {}, on);

  it('gives the part alone, at the sample rate that was asked for', async () => {
    const { channels } = await made(0);
    expect(channels[0]).toHaveLength(Math.round(0.2 * 48_000));
    expect((await made(0)).channels).toEqual(channels);
  });

  it('begins from what is there as far as it is to stay', async () => {
    const pack = createTestPack();
    await generate(settings(0.5), [], pack, {}, canvas);
    const runs = pack.asked.filter(({ part }) => part === 'unet').length;
    expect(runs).toBe(2 * settings(0.5).candidates);
    expect((await made(0.5)).channels).not.toEqual((await made(0)).channels);
  });

  it('depends on what is around the part', async () => {
    const other = { ...canvas, samples: canvas.samples.map((sample) => sample / 3) };
    expect((await made(0, other)).channels).not.toEqual((await made(0)).channels);
  });
});
