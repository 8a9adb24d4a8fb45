import { describe, expect, it } from 'vitest';
import { gaussianNoise } from '../diffusion/noise.ts';
import { extendBand } from './bandExtension.ts';
import { bandPowers, BAND_EDGES, LOW_BANDS } from './bandFrames.ts';
import { resample } from './resample.ts';

const RATE = 48_000;
const SECONDS = 0.5;

/** White noise whose high band is `tilt` dB up. */
async function noise(tilt: number, rate = RATE, seed = 1): Promise<Float32Array> {
  const white = gaussianNoise(seed, SECONDS * rate).map((sample) => 0.1 * sample);
  const low = await dulled(white, rate);
  const gain = 10 ** (tilt / 20);
  return white.map((sample, n) => low[n]! + gain * (sample - low[n]!));
}

/** What is left of a sound at 16 kHz. */
async function dulled(samples: Float32Array, rate = RATE): Promise<Float32Array> {
  return resample(await resample(samples, rate, 16_000), 16_000, rate);
}

/** Mean dB of a band over the frames, those at the edges left out. */
function level(samples: Float32Array, band: number, from = 0, to = 1): number {
  const { count, bands, powers } = bandPowers(samples, RATE);
  const frames = Array.from({ length: count }, (_, frame) => frame).slice(
    Math.ceil(from * count) + 4,
    Math.floor(to * count) - 4,
  );
  return frames.reduce((sum, frame) => sum + powers[frame * bands + band]!, 0) / frames.length;
}

const framesOf = async (samples: Promise<Float32Array>, rate = RATE, weight = 1) => ({
  frames: bandPowers(await samples, rate),
  weight,
});
const HIGH = BAND_EDGES.slice(LOW_BANDS + 1).map((_, i) => LOW_BANDS + i);

describe('extendBand', () => {
  it('gives the high band the level that neighbours have there, and leaves the rest alone', async () => {
    const take = await dulled(await noise(0));
    for (const tilt of [-20, 0]) {
      const bright = await noise(tilt, RATE, 2);
      const extended = extendBand(take, RATE, [await framesOf(Promise.resolve(bright))]);
      // The first band holds the resampler's slope.
      for (const band of HIGH.slice(1))
        expect(Math.abs(level(extended, band) - level(bright, band))).toBeLessThan(2.5);
      for (let band = 0; band < LOW_BANDS - 1; band++)
        expect(level(extended, band)).toBeCloseTo(level(take, band), 1);
    }
  });

  it('follows the moments of the sound: where it is like the dull part of a neighbour it stays dull', async () => {
    const hiss = await noise(0);
    const hum = Float32Array.from(hiss, (_, n) => 0.3 * Math.sin((2 * Math.PI * 300 * n) / RATE));
    const join = (a: Float32Array, b: Float32Array) => Float32Array.from([...a, ...b]);
    const take = await dulled(join(hum, hiss));
    const extended = extendBand(take, RATE, [await framesOf(Promise.resolve(join(hiss, hum)))]);
    for (const band of HIGH.slice(1))
      expect(level(extended, band, 0.5, 1) - level(extended, band, 0, 0.5)).toBeGreaterThan(40);
  });

  it('borrows only what a recording holds, from whatever rate', async () => {
    const take = await dulled(await noise(0));
    expect(extendBand(take, RATE, [])).toBe(take);
    expect(extendBand(take, RATE, [await framesOf(noise(0, 16_000), 16_000)])).toBe(take);
    expect(extendBand(take, RATE, [await framesOf(noise(0, 8000), 8000)])).toBe(take);
    const from44 = extendBand(take, RATE, [await framesOf(noise(-10, 44_100), 44_100)]);
    const from96 = extendBand(take, RATE, [await framesOf(noise(-10, 96_000), 96_000)]);
    for (const band of HIGH.slice(1))
      expect(Math.abs(level(from44, band) - level(from96, band))).toBeLessThan(2);
  });

  it.each([10_000, 5000])('begins where the band of a sound of %i Hz itself ends', async (rate) => {
    const narrow = await resample(await resample(await noise(0), RATE, rate), rate, RATE);
    const extended = extendBand(narrow, RATE, [await framesOf(noise(0, RATE, 2))]);
    for (let band = LOW_BANDS - 1; band < BAND_EDGES.length - 1; band++)
      expect(Math.abs(level(extended, band) - level(await noise(0, RATE, 2), band))).toBeLessThan(3);
  });

  it('leaves silence silent', async () => {
    const silence = new Float32Array(RATE / 4);
    const extended = extendBand(silence, RATE, [await framesOf(noise(0))]);
    expect(extended.every((sample) => Math.abs(sample) < 1e-6)).toBe(true);
    expect(extendBand(new Float32Array(0), RATE, [await framesOf(noise(0))])).toHaveLength(0);
    const fromSilence = extendBand(await dulled(await noise(0)), RATE, [
      await framesOf(Promise.resolve(silence)),
    ]);
    expect(fromSilence.every(Number.isFinite)).toBe(true);
  });
});
