import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWav } from '#core/audio/wav.ts';
import { gaussianNoise } from '#core/diffusion/noise.ts';

const RATE = 44_100;
const SECONDS = 0.6;

const CAPTIONS = {
  'gate.wav': 'rusty gate creaks',
  'door.wav': 'old wooden door creaks open',
  'glass.wav': 'glass breaks on a stone floor',
  'rain.wav': 'rain on a tin roof',
  'dog.wav': 'dog barks twice',
  'steps.wav': 'footsteps on gravel',
};

/** A folder of captioned sounds, each of its own pitch and noisiness. */
export async function writeSounds(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [index, file] of Object.keys(CAPTIONS).entries()) {
    await writeFile(join(folder, file), sound(index));
  }
  const rows = Object.entries(CAPTIONS).map(([file, caption]) => `${file},${caption},CC0-1.0`);
  await writeFile(join(folder, 'captions.csv'), ['file,caption,licence', ...rows, ''].join('\n'));
}

/** WAV bytes of a decaying tone with noise, determined by `seed`. */
export function sound(seed: number): Uint8Array {
  const noise = gaussianNoise(seed, RATE * SECONDS);
  const frequency = 150 * 1.5 ** (seed % 8);
  const samples = noise.map((value, n) => {
    const time = n / RATE;
    return 0.5 * Math.exp(-4 * time) * (Math.sin(2 * Math.PI * frequency * time) + 0.1 * seed * value) * 0.4;
  });
  return writeWav({ sampleRate: RATE, channels: [samples], bits: 16 });
}
