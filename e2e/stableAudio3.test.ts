import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWav, writeWav } from '#core/audio/wav.ts';
import { addSmallTemplates, writeSmallModel } from '../src/engine/checkpoint/testing/smallModel.ts';
import { copyData, type DataFolder } from './support/dataFolder.ts';
import { run, runJson } from './support/refoley.ts';

const PACK = 'stable-audio-3-tiny';

let data: DataFolder;
let added: { readonly name: string };
beforeAll(async () => {
  data = await copyData();
  const published = join(data.path, 'published', PACK);
  await mkdir(published, { recursive: true });
  await writeSmallModel(published, 'stable-audio-3');
  await writeFile(join(published, 'README.md'), '---\nlicense: other\nlicense_name: our-terms\n---\n');
  await writeFile(join(published, 'LICENSE.md'), 'Ours.');
  await addSmallTemplates(data.path, 'stable-audio-3');
  added = await runJson(['pack', 'add', published, '--data', data.path]);
});
afterAll(() => data.remove());

const args = (...options: string[]) =>
  ['generate', 'old gate creaks', '--pack', PACK, '--data', data.path, '--seed', '7'].concat(options);
const generate = (...options: string[]) => runJson(args('--candidates', '1', '--steps', '2', ...options));
const channelsOf = async (path: string) => readWav(await readFile(path)).channels;

describe('Stable Audio 3 as its authors publish it', () => {
  it('is listed with the terms of its folder', async () => {
    expect(added.name).toBe(PACK);
    const { packs } = await runJson(['pack', 'list', '--data', data.path]);
    expect(packs).toContainEqual(
      expect.objectContaining({
        name: PACK,
        does: ['makes takes'],
        licence: 'our-terms, see its LICENSE.md',
      }),
    );
  });

  it('makes stereo at 44.1 kHz by a sampler of its own, and the same again from the file', async () => {
    const out = join(data.path, 'stereo.wav');
    const { takes } = await generate('--duration', '0.5', '--rate', '44100', '--start', '0', '--out', out);
    expect(takes[0]).toMatchObject({ channels: 2, sampleRate: 44_100, seconds: 0.5 });
    expect(['pingpong', 'euler', 'dpmpp']).toContain(takes[0].recipe.sampler);
    const [left, right] = await channelsOf(out);
    expect([left?.length, right?.length]).toEqual([22_050, 22_050]);
    expect(left).not.toEqual(right);
    const again = join(data.path, 'again.wav');
    const remade = await runJson(['regenerate', out, '--data', data.path, '--out', again]);
    expect(remade.takes[0].sha256).toBe(takes[0].sha256);
  });

  it('begins with a neighbour in stereo: its sides swapped are another beginning', async () => {
    const side = (pitch: number) =>
      Float32Array.from({ length: 22_050 }, (_, n) => 0.5 * Math.sin(n * pitch));
    const sides = [side(0.05), side(0.15)] as const;
    const folder = join(data.path, 'sounds in stereo');
    await mkdir(folder);
    for (const [name, channels] of [
      ['one', sides],
      ['other', sides.toReversed()],
    ] as const)
      await writeFile(join(folder, `${name}.wav`), writeWav({ sampleRate: 44_100, channels, bits: 24 }));
    await runJson(['library', 'add', folder, '--data', data.path]);
    const { sounds } = await runJson(['library', 'list', '--source', folder, '--data', data.path]);
    const begunWith = async (name: string) => {
      const path = join(folder, `${name}.wav`);
      const { id } = sounds.find((sound: { path: string }) => sound.path === path);
      const out = join(data.path, `begun with ${name}.wav`);
      const { neighbours } = await generate(
        ...['--duration', '0.5', '--start', '0.8', '--k', '1', '--pin', String(id), '--out', out],
      );
      expect(neighbours).toMatchObject([{ id, influence: 1 }]);
      return channelsOf(out);
    };
    expect(await begunWith('other')).not.toEqual(await begunWith('one'));
  });

  it('says which samplers it has, and how long its takes may be', async () => {
    const { stderr: sampler } = await run(args('--sampler', 'ddim'));
    expect(sampler).toContain('take pingpong, euler, dpmpp');
    const { stderr: length } = await run(args('--duration', '4000'));
    expect(length).toContain('the duration must be between 0.2 and');
    expect(length).not.toContain('10.24');
  });
});
