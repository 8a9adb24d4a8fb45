import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { writeWav } from '#core/audio/wav.ts';
import { probeSignal } from '#core/dsp/probeSignal.ts';
import { createJobs } from '../inference/jobs.ts';
import { addPack, type PackFolders } from '../packs/addPack.ts';
import { canHear, requireTakes, type Pack } from '../packs/pack.ts';
import { expectAgreement, summarySchema } from './testing/goldenCases.ts';
import { addSmallTemplates, writeSmallModel } from './testing/smallModel.ts';

/** Written by `training/make_goldens.py pipelines` from transformers' ClapModel, tokenizer and ClapFeatureExtractor. */
const goldenSchema = z.record(
  z.string(),
  z.object({
    texts: z.array(z.object({ text: z.string(), embedding: summarySchema })),
    sounds: z.array(z.object({ seconds: z.number(), embedding: summarySchema })),
  }),
);
const text = readFileSync(new URL('goldens/clap/embeddings.json', import.meta.url), 'utf8');
const goldens = Object.entries(goldenSchema.parse(JSON.parse(text)));
const RATE = 48_000;

let root: string;
let folders: PackFolders;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-clap-'));
  await addSmallTemplates(root, 'clap');
  const addedPacksFolder = join(root, 'packs');
  folders = { addedPacksFolder, packFolders: [addedPacksFolder], templateFolders: [join(root, 'templates')] };
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe.each(goldens)('a small CLAP, %s, as transformers publishes it', (size, { texts, sounds }) => {
  const jobs = createJobs();
  let pack: Pack;
  beforeAll(async () => {
    pack = await addPack(folders, await writeSmallModel(join(root, `clap-${size}`), 'clap', size), {});
  }, 60_000);

  it('becomes a pack that hears and makes no takes', async () => {
    expect(pack.manifest).toMatchObject({ family: 'clap', name: `clap-${size}` });
    expect(canHear(pack)).toBe(true);
    expect(() => requireTakes(pack)).toThrow(/hears and makes no takes/);
    await expect(jobs.prepare({ pack: pack.folder, parts: ['clapText'] })).rejects.toMatchObject({
      kind: 'input',
    });
  });

  it('makes of words what transformers does', async () => {
    const made = await jobs.embedTexts({ hearing: pack.folder, texts: texts.map((each) => each.text) });
    for (const [k, { embedding }] of texts.entries())
      expectAgreement({ dims: [1, made[k]!.length], data: made[k]! }, embedding);
  });

  it.each(sounds)(
    'makes of a file of $seconds s what transformers does, always the same',
    async ({ seconds, embedding }) => {
      const path = join(root, `${size} ${seconds}.wav`);
      const channels = [probeSignal(RATE, seconds)] as const;
      await writeFile(path, writeWav({ sampleRate: RATE, channels, bits: 32 }));
      const input = {
        hearing: pack.folder,
        path,
        parts: [{ start: 0, end: null }],
        peaksFolder: join(root, 'peaks'),
      };
      const [once, again] = [await jobs.analyseFile(input), await jobs.analyseFile(input)];
      if ('problem' in once || 'problem' in again) throw new Error('it was not heard');
      const [vector = new Float32Array()] = once.vectors;
      expectAgreement({ dims: [1, vector.length], data: vector }, embedding);
      expect(again.vectors[0]).toEqual(vector);
    },
  );
});

it('is held by AudioLDM 2 as a whole, which hears as well', async () => {
  await addSmallTemplates(root, 'audioldm2');
  const { folder } = await addPack(folders, await writeSmallModel(join(root, 'ldm2'), 'audioldm2'), {});
  const jobs = createJobs();
  const [words] = await jobs.embedTexts({ hearing: folder, texts: ['a wooden door'] });
  const samples = probeSignal(RATE, 1);
  const heard = await jobs.embedAudio({ hearing: folder, samples, sampleRate: RATE });
  for (const vector of [words!, heard]) {
    expect(vector).toHaveLength(512);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  }
  const other = await jobs.embedAudio({ hearing: folder, samples: samples.toReversed(), sampleRate: RATE });
  expect(other).not.toEqual(heard);
}, 60_000);

describe('a folder of a CLAP is refused', () => {
  const refused = async (file: string, change: object) => {
    const folder = await writeSmallModel(await mkdtemp(join(root, 'clap-')), 'clap', 'unfused');
    const path = join(folder, file);
    const there = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...there, ...change }));
    return addPack(folders, folder, {}).then(
      () => 'added',
      (cause: unknown) => (cause as Error).message,
    );
  };

  it('where its front end is another one', async () => {
    expect(await refused('preprocessor_config.json', { padding: 'pad' })).toMatch(/padding/);
    expect(await refused('preprocessor_config.json', { truncation: 'fusion' })).toMatch(/other views/);
    expect(await refused('preprocessor_config.json', { sampling_rate: 44_100 })).toMatch(/sampling_rate/);
  });

  it('where it is another model', async () => {
    expect(await refused('config.json', { model_type: 'whisper' })).toMatch(
      /holds a whisper, which Refoley has no graphs for: it knows .*CLAP/,
    );
  });
});
