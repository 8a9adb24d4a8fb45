/**
 * What a borrowed high band is worth: `node bench/high-band.ts` brings every fourth full-band sound of the starter library down
 * to 16 kHz and up again, gives it the high band of the neighbours that its caption finds (never itself), and prints the
 * log-spectral distance to the real sound between 8 and 16 kHz, for this and for other ways, with the CLAP fit to the caption.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extendBand } from '#core/dsp/bandExtension.ts';
import { bandPowers } from '#core/dsp/bandFrames.ts';
import { mixdown } from '#core/dsp/mixdown.ts';
import { resample } from '#core/dsp/resample.ts';
import { eachPowerSpectrum } from '#core/dsp/stft.ts';
import { cosine } from '#core/retrieval/cosine.ts';
import type { StoredSound } from '#engine/catalogue/sound.ts';
import { createContext } from '#engine/context.ts';
import { decodeFile } from '#engine/library/decode.ts';
import { retrieveNeighbours } from '#engine/library/retrieve.ts';

const RATE = 44_100;
const PACK_RATE = 16_000;
const SECONDS = 6;
const FFT = 2048;
/** Power below the sound's loudest bin, 80 dB, at which nothing is heard. */
const FLOOR = 1e-8;

const dataFolder = await mkdtemp(join(tmpdir(), 'refoley-high-band-'));
const context = createContext({ dataFolder });
const found = new Map<string, { readonly distances: number[]; readonly fits: number[] }>();
try {
  const { catalogue, indexes, ...library } = await context.library({});
  const whole = catalogue.sounds
    .list()
    .filter(({ part, sampleRate }) => part === 'file' && sampleRate === RATE);
  for (const [place, sound] of whole.entries()) {
    if (place % 4 > 0) continue;
    const real = await read(sound);
    const plain = await resample(await resample(real, RATE, PACK_RATE), PACK_RATE, RATE);
    const [prompt] = await library.analyser.embedTexts([sound.caption]);
    if (!prompt) continue;
    const near = await retrieveNeighbours({ catalogue, indexes, ...library }, prompt, {
      k: 3,
      bans: [sound.id],
    });
    const stranger = whole[(place + 97) % whole.length] ?? sound;
    const ways = {
      'the real sound': real,
      'plain resampling': plain,
      "its neighbours' high band": extendBand(plain, RATE, await bandsOf(near.map((each) => each.sound))),
      "a stranger's": extendBand(plain, RATE, await bandsOf([stranger])),
      'its own (bound)': extendBand(plain, RATE, await bandsOf([sound])),
    };
    for (const [name, samples] of Object.entries(ways)) {
      const row = found.get(name) ?? { distances: [], fits: [] };
      found.set(name, row);
      row.distances.push(distance(real, samples));
      row.fits.push(cosine(prompt, await library.analyser.embedAudio(samples, RATE)));
    }
  }
} finally {
  await context.close();
  await rm(dataFolder, { recursive: true, force: true });
}
for (const [name, { distances, fits }] of found) {
  const cells = [mean(distances.filter(Number.isFinite)).toFixed(1), mean(fits).toFixed(3), fits.length];
  process.stdout.write(`| ${[name.padEnd(26), ...cells].join(' | ')} |\n`);
}

async function read({ path, start, end }: StoredSound): Promise<Float32Array> {
  return mixdown((await decodeFile(path, { start, end }, SECONDS)).channels);
}

async function bandsOf(sounds: readonly StoredSound[]) {
  return Promise.all(
    sounds.map(async (sound) => ({ frames: bandPowers(await read(sound), sound.sampleRate), weight: 1 })),
  );
}

/** Mean over the frames of the root mean square difference in dB; NaN where the real sound has nothing up there. */
function distance(real: Float32Array, other: Float32Array): number {
  const [a, b] = [powersOf(real), powersOf(other)];
  const floor = FLOOR * Math.max(...a.map((frame) => Math.max(...frame)));
  const bins = a[0]?.subarray(Math.ceil((8000 * FFT) / RATE), Math.floor((16_000 * FFT) / RATE)).length ?? 0;
  const first = Math.ceil((8000 * FFT) / RATE);
  const each = a.flatMap((frame, at) => {
    const decibels = (power: number | undefined) => 10 * Math.log10(Math.max(power ?? 0, floor));
    const high = frame.subarray(first, first + bins);
    if (mean(high) < floor) return [];
    const squares = high.map((power, k) => (decibels(power) - decibels(b[at]?.[first + k])) ** 2);
    return [Math.sqrt(mean(squares))];
  });
  return mean(each);
}

function powersOf(samples: Float32Array): Float64Array[] {
  const frames: Float64Array[] = [];
  eachPowerSpectrum(samples, FFT, FFT / 4, (_, power) => frames.push(power.slice()));
  return frames;
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
