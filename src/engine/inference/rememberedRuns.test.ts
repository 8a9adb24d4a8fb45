import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { GraphRunner, Tensors } from '#core/pipeline/parts.ts';
import { float32 } from '#core/pipeline/tensors.ts';
import { rememberRuns, type Memory } from './rememberedRuns.ts';

let folder: string;
let runs: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refoley-remembered-'));
  runs = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run: GraphRunner = (_, { fbank }) => {
  runs++;
  return Promise.resolve({ tokens: float32([1, 1], Float32Array.of(2 * Number(fbank?.data[0]))) });
};
const remembered = (given: Partial<Memory> = {}) =>
  rememberRuns(run, { folder, parts: ['audioMae'], keyOf: () => 'pack', ...given });
const sound = (value: number): Tensors => ({ fbank: float32([1, 1], Float32Array.of(value)) });

it('runs a part once for each sound and each pack', async () => {
  const first = await remembered()('audioMae', sound(0.3));
  expect(await remembered()('audioMae', sound(0.3))).toEqual(first);
  expect(runs).toBe(1);
  expect(await remembered()('audioMae', sound(0.4))).not.toEqual(first);
  await remembered({ keyOf: () => 'another pack' })('audioMae', sound(0.3));
  expect(runs).toBe(3);
});

it('keeps nothing of other parts', async () => {
  await remembered()('unet', sound(1));
  await remembered()('unet', sound(1));
  expect([runs, await readdir(folder)]).toEqual([2, []]);
});

it('finds out again what is damaged', async () => {
  const first = await remembered()('audioMae', sound(1));
  const [name = ''] = await readdir(folder);
  await writeFile(join(folder, name), 'torn');
  expect(await remembered()('audioMae', sound(1))).toEqual(first);
  expect(await remembered()('audioMae', sound(1))).toEqual(first);
  expect(runs).toBe(2);
});

it('lets go of what was not asked for longest', async () => {
  await remembered()('audioMae', sound(0));
  const [name = ''] = await readdir(folder);
  const few = remembered({ mostBytes: 600 });
  for (let value = 0; value < 20; value++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await few('audioMae', sound(value));
    await few('audioMae', sound(0));
  }
  const names = await readdir(folder);
  expect(names).toContain(name);
  expect(names.length).toBeLessThan(10);
  expect(runs).toBe(20);
});

it('makes do where nothing can be written', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await remembered({ folder: file })('audioMae', sound(1));
  await remembered({ folder: file })('audioMae', sound(1));
  expect(runs).toBe(2);
});
