import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { headShelf, highPass } from './kWeighting.ts';
import { measureLoudness } from './loudness.ts';
import { probeSignal } from './probeSignal.ts';
import { truePeak } from './truePeak.ts';

function sine(dbfs: number, seconds: number, hz = 1000, rate = 48_000, phase = 0): Float32Array {
  const level = 10 ** (dbfs / 20);
  return Float32Array.from(
    { length: seconds * rate },
    (_, n) => level * Math.sin((2 * Math.PI * hz * n) / rate + phase),
  );
}

function concat(...parts: Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

describe('K-weighting', () => {
  it('has the coefficients of BS.1770-4 at 48 kHz', () => {
    const shelf = headShelf(48_000);
    const [b0, b1, b2] = [1.53512485958697, -2.69169618940638, 1.19839281085285];
    [b0, b1, b2].forEach((value, i) => expect(shelf.b[i]).toBeCloseTo(value, 8));
    [-1.69065929318241, 0.73248077421585].forEach((value, i) => expect(shelf.a[i]).toBeCloseTo(value, 8));
    [-1.99004745483398, 0.99007225036621].forEach((value, i) =>
      expect(highPass(48_000).a[i]).toBeCloseTo(value, 8),
    );
  });
});

describe('measureLoudness', () => {
  it.each([-23, -33])('EBU Tech 3341, cases 1 and 2: a stereo sine at %i dBFS', (dbfs) => {
    const channel = sine(dbfs, 20);
    const loudness = measureLoudness([channel, channel], 48_000);
    expect(Math.abs(loudness.integrated - dbfs)).toBeLessThan(0.1);
    expect(Math.abs(loudness.maxMomentary - dbfs)).toBeLessThan(0.1);
    expect(Math.abs(loudness.maxShortTerm - dbfs)).toBeLessThan(0.1);
    expect(loudness.range).toBeLessThan(0.1);
  });

  it('EBU Tech 3341, case 4: quiet parts are gated out', () => {
    const channel = concat(sine(-72, 10), sine(-36, 10), sine(-23, 30), sine(-36, 10), sine(-72, 10));
    expect(Math.abs(measureLoudness([channel, channel], 48_000).integrated + 23)).toBeLessThan(0.1);
  });

  it('EBU Tech 3341, case 6: surrounds weigh 1.41, the LFE nothing', () => {
    const [front, centre, surround] = [sine(-28, 20), sine(-24, 20), sine(-30, 20)];
    const channels = [front, front, centre, sine(-6, 20, 40), surround, surround];
    expect(Math.abs(measureLoudness(channels, 48_000).integrated + 23)).toBeLessThan(0.1);
  });

  it('EBU Tech 3342, cases 1 and 3: the range', () => {
    const step = concat(sine(-20, 20), sine(-30, 20));
    expect(Math.abs(measureLoudness([step, step], 48_000).range - 10)).toBeLessThan(1);
    const wide = concat(sine(-40, 20), sine(-20, 20));
    expect(Math.abs(measureLoudness([wide, wide], 48_000).range - 20)).toBeLessThan(1);
  });

  it.each([16_000, 44_100, 96_000])('is the same at %i Hz', (rate) => {
    const channel = sine(-20, 4, 500, rate);
    const expected = measureLoudness([sine(-20, 4, 500)], 48_000).integrated;
    // The shelf comes near half the rate at 16 kHz.
    expect(Math.abs(measureLoudness([channel], rate).integrated - expected)).toBeLessThan(0.1);
  });

  it('measures a sound that is shorter than a block', () => {
    const loudness = measureLoudness([sine(-20, 0.05)], 48_000);
    expect(loudness.integrated).toBeCloseTo(-23, 0);
    expect(loudness.maxMomentary).toBe(loudness.integrated);
  });

  it('has nothing to say about silence', () => {
    for (const length of [0, 100, 200_000]) {
      expect(measureLoudness([new Float32Array(length)], 48_000)).toEqual({
        integrated: -Infinity,
        range: 0,
        maxMomentary: -Infinity,
        maxShortTerm: -Infinity,
        truePeak: -Infinity,
      });
    }
  });
});

describe('truePeak', () => {
  it('EBU Tech 3341, case 15 in kind: finds the peak between samples of a sine at a quarter of the rate', () => {
    // Samples fall 45 degrees beside the crests: the sample peak is 3 dB too low.
    const between = sine(-6, 0.1, 12_000, 48_000, Math.PI / 4);
    expect(20 * Math.log10(Math.max(...between))).toBeLessThan(-9);
    const peak = truePeak([between]);
    expect(peak).toBeGreaterThan(-6.4);
    expect(peak).toBeLessThan(-5.8);
  });

  it('is never below the sample peak', () => {
    expect(truePeak([Float32Array.of(0, 0, 1, 0, 0)])).toBe(0);
  });
});

const ffmpegRuns = spawnSync('ffmpeg', ['-version']).status === 0;

describe('against ffmpeg ebur128', () => {
  it.for([16_000, 48_000])('agrees within 0.1 LU at %i Hz', (rate, { skip }) => {
    skip(!ffmpegRuns, 'ffmpeg is not installed');
    const left = concat(probeSignal(rate, 4), sine(-30, 3, 300, rate), probeSignal(rate, 3));
    const right = left.map((sample, n) => 0.5 * sample + 0.05 * Math.sin(n / 7));
    const actual = measureLoudness([left, right], rate);
    const expected = ffmpegLoudness([left, right], rate);
    expect(Math.abs(actual.integrated - expected.integrated)).toBeLessThan(0.1);
    expect(Math.abs(actual.range - expected.range)).toBeLessThan(0.2);
    // The oversamplers differ by design; annex 2 allows some 0.5 dB.
    expect(Math.abs(actual.truePeak - expected.truePeak)).toBeLessThan(0.5);
  });
});

function ffmpegLoudness(
  [left = new Float32Array(0), right = new Float32Array(0)]: Float32Array[],
  rate: number,
): { integrated: number; range: number; truePeak: number } {
  const folder = mkdtempSync(join(tmpdir(), 'refoley-loudness-'));
  try {
    const raw = join(folder, 'sound.f32');
    const report = join(folder, 'report.txt');
    const interleaved = new Float32Array(2 * left.length);
    left.forEach((sample, n) => interleaved.set([sample, right[n] ?? 0], 2 * n));
    writeFileSync(raw, new Uint8Array(interleaved.buffer));
    const metadata = `ebur128=peak=true:metadata=1,ametadata=print:file=${report}`;
    const input = ['-f', 'f32le', '-ar', String(rate), '-ac', '2', '-i', raw];
    execFileSync('ffmpeg', ['-v', 'error', ...input, '-af', metadata, '-f', 'null', '-']);
    const text = readFileSync(report, 'utf8');
    const last = (key: string): number =>
      Number(
        text
          .match(new RegExp(`${key}=(\\S+)`, 'g'))
          ?.at(-1)
          ?.split('=')[1],
      );
    const peaks = ['lavfi.r128.true_peaks_ch0', 'lavfi.r128.true_peaks_ch1'].map(last);
    return {
      integrated: last('lavfi.r128.I'),
      range: last('lavfi.r128.LRA'),
      truePeak: 20 * Math.log10(Math.max(...peaks)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
