import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addSmallTemplates,
  writeSmallModel,
  type SmallFamily,
} from '#engine/checkpoint/testing/smallModel.ts';
import { copyData, type DataFolder } from './support/dataFolder.ts';
import { errorKind, run, runJson } from './support/refoley.ts';

const LIBRARY = fileURLToPath(new URL('../resources/library', import.meta.url));
const QUICK = ['--limit', '2', '--steps', '2'];

let data: DataFolder;
beforeAll(async () => {
  data = await copyData();
});
afterAll(() => data.remove());

const evaluate = (...options: string[]) => ['evaluate', ...QUICK, '--data', data.path, ...options];

describe('evaluate', () => {
  it('measures a suite of prompts without and with the library, and leaves nothing behind', async () => {
    const { suite, prompts, rows } = await runJson(evaluate());
    expect([suite, prompts]).toEqual(['everyday', 2]);
    expect(rows.map(({ retrieval }: { retrieval: string }) => retrieval)).toEqual([
      'none',
      'audio',
      'text',
      'both',
    ]);
    for (const row of rows) {
      for (const likeness of [row.clap, row.likenessToNeighbours, row.nearestNeighbour]) {
        expect(Math.abs(likeness)).toBeLessThan(1);
      }
      expect(row.nearestNeighbour).toBeGreaterThanOrEqual(row.likenessToNeighbours);
      expect(row.secondsPerTake).toBeGreaterThan(0);
      expect([row.fad, row.kl, row.is]).toEqual([null, null, null]);
    }
    expect(rows[0].clap).not.toBe(rows[3].clap);
    await expect(readdir(join(data.path, 'takes'))).rejects.toThrow();
  });

  it('compares with real sounds, which are never their own neighbours', async () => {
    const folder = join(data.path, 'real');
    await mkdir(folder);
    const sounds = (await readdir(LIBRARY)).filter((name) => name.endsWith('.ogg')).slice(0, 2);
    for (const name of sounds) await copyFile(join(LIBRARY, name), join(folder, name));
    const captions = join(folder, 'captions.csv');
    await writeFile(captions, ['file,caption', ...sounds.map((name) => `${name},door`)].join('\n'));

    const keep = join(data.path, 'kept');
    const { rows } = await runJson(evaluate('--suite', captions, '--keep', keep));
    for (const { fad, likenessToReal } of rows) {
      expect(fad).toBeGreaterThan(0);
      expect(Math.abs(likenessToReal)).toBeLessThan(1);
    }
    expect(await readdir(join(keep, 'starter', 'both'))).toEqual(['0000.wav', '0001.wav']);
  });

  it('compares the baselines of the paper, each in the ways in which it can use the library', async () => {
    const families: SmallFamily[] = ['audioldm', 'tango', 'audiogen'];
    for (const family of families) {
      await addSmallTemplates(data.path, family);
      await runJson([
        ...['pack', 'add', await writeSmallModel(join(data.path, 'published', family), family)],
        ...['--data', data.path],
      ]);
    }
    const packs = families.flatMap((name) => ['--pack', name]);
    const { stdout } = await run(evaluate('--limit', '1', ...packs));
    const [suite, titles, ...rows] = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(suite).toEqual(['1 prompts of everyday']);
    expect(titles?.slice(0, 3)).toEqual(['pack', 'retrieval', 'CLAP']);
    expect(rows.map(([pack, retrieval]) => `${pack}, ${retrieval}`)).toEqual([
      ...['none', 'audio', 'text', 'both'].map((retrieval) => `audioldm 1, ${retrieval}`),
      ...['tango 1, none', 'tango 1, audio', 'audiogen 1, none'],
    ]);
    // Packs sound unlike each other in one pair of ears.
    expect(new Set([rows[0]?.[2], rows[4]?.[2], rows[6]?.[2]]).size).toBe(3);
  });

  it.each([
    [['--pack', 'starter', '--pack', 'nowhere'], 'not-found'],
    [['--suite', 'nonsense'], 'not-found'],
    [['--suite', 'nowhere/captions.csv'], 'not-found'],
    [['--limit', '0'], 'input'],
    [['--judge', 'nowhere.onnx'], 'not-found'],
  ])('refuses %j', async (options, kind) => {
    expect(errorKind(await run(evaluate(...options)))).toBe(kind);
  });
});
