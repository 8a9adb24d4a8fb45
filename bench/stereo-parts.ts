/**
 * How wide parts are that are made in stereo sounds: `node bench/stereo-parts.ts` mixes pairs of the starter library's sounds to
 * stereo ones, more or less wide, has 0.8 s varied and filled, and prints for what was there and for what was made how alike
 * the channels are (correlation) and how loud (RMS).
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '#core/audio/wav.ts';
import { createContext } from '#engine/context.ts';
import { makePart } from '#engine/edit/makePart.ts';
import { decodeFile } from '#engine/library/decode.ts';

const SECONDS = 4;
const [START, END] = [1.2, 2];
/** Places of two sounds among the long ones, and how much of the second is in the sides. */
const MIXES = [
  [0, 1, 0.4],
  [3, 8, 0.4],
  [3, 8, 0.1],
  [10, 11, 0.4],
] as const;

const dataFolder = await mkdtemp(join(tmpdir(), 'refoley-stereo-'));
const context = createContext({ dataFolder });
try {
  const { catalogue } = await context.library({});
  const long = catalogue.sounds.list().filter(({ part, seconds }) => part === 'file' && seconds > 2.8);
  for (const [one, other, width] of MIXES) {
    const source = long[one];
    if (!source) continue;
    const { channels, sampleRate: rate } = await decodeFile(source.path, undefined, SECONDS);
    const middle = channels[0] ?? new Float32Array();
    const sides = (await decodeFile(long[other]?.path ?? '', undefined, SECONDS)).channels[0] ?? middle;
    const length = Math.min(middle.length, sides.length);
    const share = (width * rms(middle)) / rms(sides);
    const mix = (centre: number, side: number): Float32Array =>
      Float32Array.from({ length }, (_, n) => centre * (middle[n] ?? 0) + side * (sides[n] ?? 0));
    const stereo = [mix(0.5, share), mix(0.3, -share)];
    const file = join(dataFolder, 'stereo.wav');
    await writeFile(file, writeWav({ sampleRate: rate, channels: stereo, bits: 32 }));
    const there = stereo.map((channel) => channel.subarray(Math.round(START * rate), Math.round(END * rate)));
    for (const kind of ['vary', 'fill'] as const) {
      const edited = { file, rate, seconds: length / rate, source };
      const settings = { prompt: source.caption, seed: 3 };
      const request = { kind, start: START, end: END, strength: 0.5, settings, pins: [], bans: [source.id] };
      const { part } = await makePart(context, edited, request, dataFolder, {});
      const made = (await decodeFile(part.path)).channels;
      process.stdout.write(`| ${source.caption} | ${kind} | ${shown(there)} | ${shown(made)} |\n`);
    }
  }
} finally {
  await context.close();
  await rm(dataFolder, { recursive: true, force: true });
}

function shown([left = new Float32Array(), right = left]: readonly Float32Array[]): string {
  const alike = left.reduce((sum, sample, n) => sum + sample * (right[n] ?? 0), 0) / left.length;
  const correlation = alike / (rms(left) * rms(right));
  return `${correlation.toFixed(2)}, ${rms(left).toFixed(3)} and ${rms(right).toFixed(3)}`;
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
}
