import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { clapSchema } from '#core/pack/checkpointManifest.ts';
import { heardPart } from '#core/pipeline/ears.ts';
import { cosine } from '#core/retrieval/cosine.ts';
import { addSmallTemplates, writeSmallModel } from '#engine/checkpoint/testing/smallModel.ts';
import { createJobs } from '#engine/inference/jobs.ts';
import { readWav } from '#core/audio/wav.ts';
import { copyData, type DataFolder } from './support/dataFolder.ts';
import { errorKind, run, runJson } from './support/refoley.ts';

let data: DataFolder;
let clap: string;
let sounds: string;
const STARTER = fileURLToPath(new URL('../resources/library', import.meta.url));
const EARS = ['--ears', 'small-clap'];
const here = () => ['--data', data.path];

beforeAll(async () => {
  data = await copyData();
  sounds = inject('sounds');
  // Six sounds are enough to hear, and their categories are known: the names of all others need not be learnt.
  const { sounds: six } = await runJson(['library', 'list', '--source', sounds, ...here()]);
  const ids = six.map(({ id }: { id: number }) => String(id));
  await runJson(['library', 'set', ...ids, '--cat', 'DOORWood', ...here()]);
  await runJson(['library', 'remove', STARTER, ...here()]);
  for (const family of ['clap', 'audioldm'] as const) await addSmallTemplates(data.path, family);
  const published = await writeSmallModel(join(data.path, 'small clap'), 'clap', 'unfused');
  clap = (await runJson(['pack', 'add', published, ...here()])).folder;
  await runJson(['pack', 'add', await writeSmallModel(join(data.path, 'small ldm')), ...here()]);
}, 120_000);
afterAll(() => data.remove());

describe('a CLAP as the ears of the library', () => {
  it('is listed as what it is, and refused where takes are to be made', async () => {
    const { packs } = await runJson(['pack', 'list', ...here()]);
    const does = Object.fromEntries(
      packs.map((pack: { name: string; does: string[] }) => [pack.name, pack.does]),
    );
    expect(does).toMatchObject({
      starter: ['makes takes', 'hears'],
      'small-clap': ['hears'],
      'small-ldm': ['makes takes'],
    });
    const asked = await run(['generate', 'a door', '--pack', 'small-clap', ...here()]);
    expect(errorKind(asked)).toBe('input');
    expect(asked.stderr).toContain('--ears');
    expect(errorKind(await run(['library', 'search', 'a door', '--ears', 'small-ldm', ...here()]))).toBe(
      'input',
    );
  });

  it('orders what is found by its own embeddings, and leaves those of the other pack as they are', async () => {
    const query = 'a wooden door in the rain';
    const search = async (...options: string[]) => {
      const { results } = await runJson([
        'library',
        'search',
        query,
        '--mode',
        'meaning',
        '--limit',
        '400',
        ...options,
        ...here(),
      ]);
      return results as { path: string; caption: string; similarity: number; matchedBy: string }[];
    };
    const before = await search();
    await runJson(['library', 'rescan', ...EARS, ...here()]);
    const found = await search(...EARS);

    // The same from the models themselves.
    const jobs = createJobs();
    const captions = found.map(({ caption }) => caption);
    const [asked, ...said] = await jobs.embedTexts({ hearing: clap, texts: [query, ...captions] });
    for (const [k, { similarity, matchedBy }] of found.entries()) {
      expect(matchedBy).toBe('caption');
      // Stored in halves.
      expect(Math.abs(similarity - cosine(asked!, said[k]!))).toBeLessThan(2e-3);
    }
    const order = found.map(({ similarity }) => similarity);
    expect(order).toEqual(order.toSorted((a, b) => b - a));
    expect(found.length).toBe(before.length);
    expect(order).not.toEqual(before.map(({ similarity }) => similarity));
    expect(await search()).toEqual(before);
  });

  it('hears what a file sounds like', async () => {
    const file = join(sounds, 'gate.wav');
    const { results } = await runJson(['library', 'similar', file, '--limit', '3', ...EARS, ...here()]);
    const jobs = createJobs();
    const manifest = clapSchema.parse(JSON.parse(await readFile(join(clap, 'manifest.json'), 'utf8')));
    const heard = async (path: string) => {
      const { channels, sampleRate } = readWav(await readFile(path));
      const samples = heardPart(channels[0] ?? new Float32Array(), sampleRate, manifest);
      return jobs.embedAudio({ hearing: clap, samples, sampleRate });
    };
    const own = results.filter(({ path }: { path: string }) => path.startsWith(sounds));
    const asked = await heard(file);
    for (const { path, similarity } of own)
      expect(Math.abs(similarity - cosine(asked, await heard(path)))).toBeLessThan(2e-3);
    expect(results.length).toBe(3);
  });
});

describe('an AudioLDM beside these ears', () => {
  const make = async (out: string, ...options: string[]) => {
    const path = join(data.path, out);
    const quick = ['--pack', 'small-ldm', '--duration', '0.6', '--steps', '2', '--seed', '4', '--start', '0'];
    const args = [
      'generate',
      'a wooden door',
      ...quick,
      '--k',
      '2',
      '--library-guidance',
      '1',
      '--retrieval',
      'audio',
    ];
    return (await runJson([...args, '--out', path, ...options, ...here()])).takes[0];
  };

  it('mixes what its neighbours sound like into the prompt where both share a space, and can make it again', async () => {
    const heard = await make('heard.wav', ...EARS);
    expect(heard.recipe.ears).toMatchObject({ name: 'small-clap' });
    const influences = heard.recipe.neighbours.map(({ influence }: { influence: number }) => influence);
    expect(influences.reduce((sum: number, each: number) => sum + each, 0)).toBeCloseTo(1, 5);
    const spaces = Object.values(
      JSON.parse(await readFile(join(data.path, 'spaces.json'), 'utf8')) as object,
    );
    expect(spaces).toEqual([expect.closeTo(1, 5)]);
    // With the usual ears, for the recipe says which ones heard.
    const again = join(data.path, 'again.wav');
    const { takes } = await runJson(['regenerate', heard.path, '--out', again, ...here()]);
    expect(takes[0].sha256).toBe(heard.sha256);
  });

  it('mixes none where the spaces differ, though their vectors are as long', async () => {
    const usual = await make('usual.wav');
    expect(usual.recipe.ears).toBeUndefined();
    expect(usual.recipe.neighbours.map((neighbour: { influence: number }) => neighbour.influence)).toEqual([
      0, 0,
    ]);
  });

  it('says what is missing where the ears of a recipe have not heard a neighbour', async () => {
    const { path } = await make('heard again.wav', ...EARS);
    const other = await copyData();
    try {
      await addSmallTemplates(other.path);
      await runJson(['pack', 'add', join(data.path, 'small ldm'), '--data', other.path]);
      const remade = await run(['regenerate', path, '--data', other.path, '--out', join(data.path, 'x.wav')]);
      expect(errorKind(remade)).toBe('unavailable');
      expect(remade.stderr).toContain('library rescan --ears small-clap');
    } finally {
      await other.remove();
    }
  });
});
