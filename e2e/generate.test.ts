import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readRecipe } from '#core/audio/takeFile.ts';
import { readWav } from '#core/audio/wav.ts';
import { copyData, type DataFolder } from './support/dataFolder.ts';
import { runJson } from './support/refoley.ts';

let data: DataFolder;
beforeAll(async () => {
  data = await copyData();
});
afterAll(() => data.remove());

const PROMPT = 'old gate creaks';
/** Short and rough: what is tested is the same with every length and number of steps. */
const QUICK = ['--duration', '0.4', '--steps', '2'];

let files = 0;
async function generate(...options: string[]) {
  const out = join(data.path, `take ${files++}.wav`);
  return runJson([
    'generate',
    PROMPT,
    ...QUICK,
    '--seed',
    '7',
    '--data',
    data.path,
    '--out',
    out,
    ...options,
  ]);
}

describe('generate', () => {
  it('writes what it reports', async () => {
    const { takes, neighbours, timings } = await generate('--duration', '0.777');
    const [take] = takes;
    expect(take).toMatchObject({ seconds: 0.777, sampleRate: 48_000, bits: 24, channels: 1, seed: 7 });
    const bytes = await readFile(take.path);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(take.sha256);
    expect(readRecipe(bytes)).toEqual(take.recipe);

    const { channels, sampleRate } = readWav(bytes);
    expect(sampleRate).toBe(48_000);
    expect(channels.map(({ length }) => length)).toEqual([Math.round(0.777 * 48_000)]);
    const peak = Math.max(...(channels[0] ?? []).map(Math.abs));
    expect(20 * Math.log10(peak)).toBeLessThanOrEqual(-0.1);
    expect(20 * Math.log10(peak)).toBeGreaterThan(-6);

    expect(neighbours.length).toBe(take.recipe.k);
    expect(neighbours.map(({ id }: { id: number }) => id)).toEqual(
      take.recipe.neighbours.map(({ id }: { id: number }) => id),
    );
    const influence = neighbours.reduce(
      (sum: number, neighbour: { influence: number }) => sum + neighbour.influence,
      0,
    );
    expect(influence).toBeCloseTo(1, 6);
    for (const stage of ['setup', 'retrieve', 'encode', 'sample', 'decode', 'vocode', 'total']) {
      expect(timings[stage], stage).toBeGreaterThanOrEqual(0);
    }
  });

  it('makes the same file from the same request, and again from the file', async () => {
    const [first, second] = [await generate(), await generate()];
    expect(second.takes[0].sha256).toBe(first.takes[0].sha256);
    const again = join(data.path, 'again.wav');
    const remade = await runJson(['regenerate', first.takes[0].path, '--data', data.path, '--out', again]);
    expect(remade.takes[0].path).toBe(again);
    expect(remade.takes[0].sha256).toBe(first.takes[0].sha256);
    expect(remade.neighbours).toEqual(first.neighbours);
  });

  it('makes another sound for another seed, neighbours or weights', async () => {
    const samplesOf = async (...options: string[]) => {
      const { takes } = await generate(...options);
      const [channel] = readWav(await readFile(takes[0].path)).channels;
      return createHash('sha256')
        .update(channel ?? '')
        .digest('hex');
    };
    const { neighbours } = await generate();
    const hashes = [
      await samplesOf(),
      await samplesOf('--seed', '8'),
      await samplesOf('--k', '0'),
      await samplesOf('--library-guidance', '6'),
      await samplesOf('--ban', String(neighbours[0].id)),
      await samplesOf('--pin', `${neighbours[0].id}:4`),
      await samplesOf('--retrieval', 'audio'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('guides in an interval of the steps, the same again from the file', async () => {
    const options = ['--library-guidance', '6', '--steps', '4'];
    const [usual, whole, half] = [
      await generate(...options),
      await generate(...options, '--guidance-interval', '0..1'),
      await generate(...options, '--guidance-interval', '0..0.5'),
    ].map(({ takes }) => takes[0]);
    expect(whole.sha256).toBe(usual.sha256);
    expect(half.recipe.guidanceInterval).toEqual({ from: 0, to: 0.5 });
    expect(half.sha256).not.toBe(usual.sha256);
    const samples = async (path: string) => readWav(await readFile(path)).channels;
    expect(await samples(half.path)).not.toEqual(await samples(usual.path));
    const again = ['regenerate', half.path, '--data', data.path, '--out', join(data.path, 'half again.wav')];
    expect((await runJson(again)).takes[0].sha256).toBe(half.sha256);
  });

  it('heeds pins and bans', async () => {
    const sounds = inject('sounds');
    const { sounds: listed } = await runJson(['library', 'list', '--source', sounds, '--data', data.path]);
    const idOf = (name: string) =>
      String(listed.find(({ path }: { path: string }) => path === join(sounds, name)).id);
    const [dog, gate] = [idOf('dog.wav'), idOf('gate.wav')];
    const { neighbours } = await generate('--pin', `${dog}:2`, '--ban', gate);
    expect(neighbours[0]).toMatchObject({ id: Number(dog), weight: 2, pinned: true });
    expect(neighbours.map(({ id }: { id: number }) => String(id))).not.toContain(gate);
  });

  it('makes variations with seeds that follow, under names that are free', async () => {
    const folder = join(data.path, 'variations');
    const args = [
      'generate',
      'Öl & Wasser: "plätschert"',
      ...QUICK,
      '--seed',
      '4294967295',
      '--variations',
      '2',
    ];
    const { takes } = await runJson([...args, '--data', data.path, '--out', folder]);
    expect(takes.map(({ seed }: { seed: number }) => seed)).toEqual([4_294_967_295, 0]);
    expect(takes[0].sha256).not.toBe(takes[1].sha256);
    await runJson([...args, '--data', data.path, '--out', folder]);
    expect((await readdir(folder)).sort()).toEqual([
      'öl-wasser-plätschert_0.wav',
      'öl-wasser-plätschert_0_2.wav',
      'öl-wasser-plätschert_4294967295.wav',
      'öl-wasser-plätschert_4294967295_2.wav',
    ]);
  });

  it('writes other formats', async () => {
    const { takes } = await generate('--rate', '44100', '--bits', '16');
    const { sampleRate, bits, channels } = readWav(await readFile(takes[0].path));
    expect([sampleRate, bits, channels[0]?.length]).toEqual([44_100, 16, 0.4 * 44_100]);
  });
});
