import { describe, expect, it } from 'vitest';
import { clipOf } from './clip.ts';
import { spectrogramOf, waveformOf } from './draw.ts';
import { snap } from './snap.ts';

const RATE = 48_000;
const sine = (hz: number, seconds: number, level = 1) =>
  Float32Array.from({ length: seconds * RATE }, (_, n) => level * Math.sin((2 * Math.PI * hz * n) / RATE));

describe('waveformOf', () => {
  it('loses no peak, however few the columns', () => {
    const samples = new Float32Array(10_001);
    samples[7777] = 0.5;
    samples[3] = -1;
    const [drawn] = waveformOf(clipOf([samples], RATE), 16);
    expect(drawn![0]).toBe(-32_767);
    expect(drawn![2 * Math.floor((7777 * 16) / 10_001) + 1]).toBe(16_384);
    expect(drawn!.filter((value) => value !== 0)).toHaveLength(2);
  });

  it('shows samples themselves where there are more columns than samples', () => {
    const [drawn] = waveformOf(clipOf([Float32Array.of(0, 0.5, -0.5, 0)], RATE), 8);
    expect([...drawn!.filter((_, place) => place % 2 === 1)]).toEqual([
      0, 0, 16_384, 16_384, -16_383, -16_383, 0, 0,
    ]);
  });
});

describe('spectrogramOf', () => {
  it('shows a tone at its height and level, and silence as black', () => {
    const clip = clipOf([Float32Array.from([...sine(1000, 0.5, 0.1), ...new Float32Array(RATE / 2)])], RATE);
    const rows = 128;
    const drawn = spectrogramOf(clip, { start: 0, end: 1 }, 10, rows);
    const tone = drawn.subarray(2 * rows, 3 * rows);
    const loudest = tone.indexOf(Math.max(...tone));
    const mel = (hz: number) => 2595 * Math.log10(1 + hz / 700);
    const height = (mel(1000) - mel(20)) / (mel(RATE / 2) - mel(20));
    expect(loudest / rows).toBeCloseTo(height, 1.5);
    // -20 dBFS of 100 dB that are shown.
    expect(tone[loudest]! / 255).toBeCloseTo(0.8, 1.5);
    expect(Math.max(...drawn.subarray(7 * rows))).toBe(0);
  });

  it('refuses a stretch that is not there', () => {
    expect(() => spectrogramOf(clipOf([sine(1000, 0.1)], RATE), { start: 0, end: 1 }, 10, 16)).toThrow(
      'not within',
    );
  });
});

describe('snap', () => {
  it('finds the zero crossing next to a moment', () => {
    const clip = clipOf([sine(100, 0.1)], RATE);
    const at = snap(clip, 0.0061, 'zero');
    expect(at).toBeCloseTo(0.005, 3);
    const frame = Math.round(at * RATE);
    expect(Math.abs(clip.channels[0]![frame]!)).toBeLessThan(0.014);
  });

  it('finds where a sound begins', () => {
    const samples = new Float32Array(RATE);
    samples.set(sine(500, 0.2, 0.5), RATE / 2);
    expect(snap(clipOf([samples], RATE), 0.55, 'transient')).toBeCloseTo(0.5, 3);
  });

  it('leaves a moment where it is when there is nothing near', () => {
    const clip = clipOf([new Float32Array(RATE).fill(0.1)], RATE);
    expect(snap(clip, 0.4, 'zero')).toBe(0.4);
    expect(snap(clip, 0.4, 'transient')).toBe(0.4);
  });
});
