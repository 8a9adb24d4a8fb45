import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeWav } from '#core/audio/wav.ts';
import { gaussianNoise } from '#core/diffusion/noise.ts';
import { deliverySchema } from '#core/export/delivery.ts';
import { createChildPort } from '../inference/childPort.ts';
import type { Inference } from '../inference/host.ts';
import { createOwnProcess } from '../inference/ownProcess.ts';
import { hashFile } from '../files/hashFile.ts';
import { fileItem } from './fileItem.ts';

const RATE = 48_000;

let root: string;
let exporting: Inference;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-export-'));
  exporting = createOwnProcess(createChildPort);
});
afterEach(async () => {
  exporting.close();
  await rm(root, { recursive: true, force: true });
});

/** Noise of two channels, to be carried to 96 kHz. */
async function job(name: string, seconds: number) {
  const path = join(root, name);
  const channels = [1, 2].map((seed) => gaussianNoise(seed, seconds * RATE).map((sample) => 0.1 * sample));
  await writeFile(path, writeWav({ sampleRate: RATE, channels, bits: 24 }));
  return {
    ...{ items: [await fileItem(name, path)], folder: join(root, 'out'), template: '{name}' },
    delivery: deliverySchema.parse({ sampleRate: 96_000 }),
  };
}

it('ends within a sound, and leaves nothing of it', async () => {
  const controller = new AbortController();
  const shares: number[] = [];
  const ended = exporting.run('exportFiles', await job('long.wav', 20), {
    signal: controller.signal,
    onProgress: ({ done }) => {
      shares.push(done);
      if (done > 0.2) controller.abort();
    },
  });
  await expect(ended).rejects.toMatchObject({ kind: 'cancelled' });
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBeLessThan(0.9);
  expect(await readdir(join(root, 'out')).catch(() => [])).toEqual([]);
});

it('works at two exports at once, which take no name of each other', async () => {
  const asked = await job('short.wav', 1);
  const reports = await Promise.all([1, 2].map(() => exporting.run('exportFiles', asked)));
  const files = reports.flatMap((report) => report.files);
  expect(files.map(({ name }) => name).sort()).toEqual(['short.wav', 'short_2.wav']);
  for (const { path, sha256 } of files) expect(await hashFile(path)).toBe(sha256);
  expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(1);
});
