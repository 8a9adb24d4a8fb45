import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSmallTemplates, writeSmallModel } from '../src/engine/checkpoint/testing/smallModel.ts';
import { copyData, type DataFolder } from './support/dataFolder.ts';
import { runJson } from './support/refoley.ts';

let data: DataFolder;
let exported: string;
beforeAll(async () => {
  data = await copyData();
  exported = join(data.path, 'exported', 're-audioldm-xs');
  await mkdir(exported, { recursive: true });
  await writeSmallModel(exported, 're-audioldm');
  await addSmallTemplates(exported, 're-audioldm');
  await runJson(['pack', 'add', exported, '--data', data.path]);
});
afterAll(() => data.remove());

const generate = (out: string, ...options: string[]) =>
  runJson(
    ['generate', 'old gate creaks', '--pack', 're-audioldm-xs', '--data', data.path].concat(
      [
        '--out',
        join(data.path, out),
        '--seed',
        '7',
        '--duration',
        '0.6',
        '--steps',
        '2',
        '--candidates',
        '1',
      ],
      options,
    ),
  );

describe('a Re-AudioLDM that training exported', () => {
  it('makes takes that attend to the library, each neighbour as much as it weighs', async () => {
    const { neighbours } = await generate('take.wav', '--k', '10');
    const shares = neighbours.map(({ influence }: { influence: number }) => influence);
    expect(shares).toHaveLength(10);
    expect(shares.reduce((sum: number, share: number) => sum + share, 0)).toBeCloseTo(1, 5);
    const [first] = neighbours;
    const pinned = await generate('pinned.wav', '--k', '10', '--pin', `${first.id}:8`);
    expect(pinned.neighbours[0]).toMatchObject({ id: first.id, weight: 8 });
    expect(pinned.neighbours[0].influence).toBeGreaterThan(2 * first.influence);
  });

  it('makes the same file again, whether its neighbours were encoded before or not', async () => {
    const { takes } = await generate('first.wav');
    const encoded = join(data.path, 'encoded');
    expect(await readdir(encoded)).not.toEqual([]);
    const again = async (out: string) => {
      const remade = ['regenerate', takes[0].path, '--data', data.path];
      return (await runJson([...remade, '--out', join(data.path, out)])).takes[0].sha256;
    };
    // What encodes is not even opened for what was encoded before.
    const folders = ['text_encoder', 'text_encoder_2', 'audiomae'].map((name) => join(exported, name));
    for (const folder of folders) await rename(folder, `${folder} elsewhere`);
    expect(await again('warm.wav')).toBe(takes[0].sha256);
    for (const folder of folders) await rename(`${folder} elsewhere`, folder);
    await rm(encoded, { recursive: true });
    expect(await again('cold.wav')).toBe(takes[0].sha256);
  });
});
