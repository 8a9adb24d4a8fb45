/**
 * How well a part that is made fits: `node bench/parts.ts` takes 0.8 s out of the sounds of the starter library that are longer
 * than 2.5 s, has the gap filled by their captions and neighbours (never themselves), and compares that with what was there: cosine
 * by CLAP, and difference of the spectrum in bands, in dB. Beside it the same for other ways to close a gap.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '#core/audio/wav.ts';
import { bandPowers, LOW_BANDS } from '#core/dsp/bandFrames.ts';
import { mixdown } from '#core/dsp/mixdown.ts';
import { cosine } from '#core/retrieval/cosine.ts';
import { createContext } from '#engine/context.ts';
import { makePart } from '#engine/edit/makePart.ts';
import { decodeFile } from '#engine/library/decode.ts';
import { makeTakes } from '#engine/takes/makeTakes.ts';

const GAP = 0.8;
const LONGEST = 6;
const SHORTEST = 2.5;

const dataFolder = await mkdtemp(join(tmpdir(), 'refoley-parts-'));
const context = createContext({ dataFolder });
const found = new Map<string, { readonly fits: number[]; readonly distances: number[] }>();
try {
  const { catalogue, analyser } = await context.library({});
  const long = catalogue.sounds.list().filter(({ part, seconds }) => part === 'file' && seconds > SHORTEST);
  for (const sound of long) {
    const { channels, sampleRate: rate } = await decodeFile(sound.path, undefined, LONGEST);
    const samples = mixdown(channels);
    const start = 0.4 * Math.min(LONGEST, sound.seconds);
    const stretch = (from: number) =>
      samples.subarray(Math.round(from * rate), Math.round(from * rate) + Math.round(GAP * rate));
    const real = stretch(start);
    if (rms(real) < 1e-3) continue;
    const gap = samples.slice().fill(0, Math.round(start * rate), Math.round((start + GAP) * rate));
    const [whole, cut] = [join(dataFolder, 'whole.wav'), join(dataFolder, 'cut.wav')];
    await writeFile(whole, writeWav({ sampleRate: rate, channels: [samples], bits: 32 }));
    await writeFile(cut, writeWav({ sampleRate: rate, channels: [gap], bits: 32 }));
    const made = async (kind: 'fill' | 'vary', file: string): Promise<Float32Array> => {
      const edited = { file, rate, seconds: samples.length / rate, source: sound };
      const settings = { prompt: sound.caption, seed: sound.id };
      const request = { kind, start, end: start + GAP, strength: 0.5, settings, pins: [], bans: [sound.id] };
      const { part } = await makePart(context, edited, request, dataFolder, {});
      return mixdown((await decodeFile(part.path)).channels);
    };
    const take = async (): Promise<Float32Array> => {
      const settings = { prompt: sound.caption, seed: sound.id, duration: GAP, sampleRate: 48_000 };
      const { takes } = await makeTakes(
        context,
        { settings, bans: [sound.id], out: join(dataFolder, 'take.wav') },
        {},
      );
      return mixdown((await decodeFile(takes[0]?.path ?? '')).channels);
    };
    const stranger = long[(long.indexOf(sound) + 7) % long.length] ?? sound;
    const other = await decodeFile(stranger.path, undefined, GAP);
    const ways: Record<string, readonly [Float32Array, number]> = {
      'filled from the cut sound': [await made('fill', cut), rate],
      'varied by half': [await made('vary', whole), rate],
      'a take of the same words': [await take(), 48_000],
      'what is before it, again': [stretch(start - GAP), rate],
      'a stranger': [mixdown(other.channels), other.sampleRate],
    };
    const wanted = await analyser.embedAudio(real, rate);
    for (const [name, [part, partRate]] of Object.entries(ways)) {
      const row = found.get(name) ?? { fits: [], distances: [] };
      found.set(name, row);
      // Only a part knows how loud it has to be.
      const level =
        name === 'filled from the cut sound' || name === 'varied by half' ? 1 : rms(real) / rms(part);
      row.fits.push(cosine(wanted, await analyser.embedAudio(part, partRate)));
      row.distances.push(
        distance(
          spectrum(real, rate),
          spectrum(
            part.map((x) => x * level),
            partRate,
          ),
        ),
      );
    }
  }
} finally {
  await context.close();
  await rm(dataFolder, { recursive: true, force: true });
}
for (const [name, { fits, distances }] of found) {
  const cells = [name.padEnd(26), mean(fits).toFixed(3), mean(distances).toFixed(1), String(fits.length)];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

/** dB of the bands up to 7.6 kHz, over all of it. */
function spectrum(samples: Float32Array, rate: number): number[] {
  const { powers, bands, count } = bandPowers(samples, rate);
  return Array.from({ length: LOW_BANDS }, (_, band) => {
    let power = 1e-12;
    for (let frame = 0; frame < count; frame++)
      power += 10 ** ((powers[frame * bands + band] ?? 0) / 10) / count;
    return 10 * Math.log10(power);
  });
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(mean(a.map((level, band) => (level - (b[band] ?? 0)) ** 2)));
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
