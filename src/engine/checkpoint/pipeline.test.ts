import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { samplers } from '#core/pack/facts.ts';
import { generate } from '#core/pipeline/generate.ts';
import type { GraphRunner } from '#core/pipeline/parts.ts';
import { checkSettings } from '#core/pipeline/settings.ts';
import { createTestPack } from '#core/pipeline/testPack.ts';
import { loadPack, type RunningPack } from '../inference/loadPack.ts';
import { addPack } from '../packs/addPack.ts';
import { requireTakes, type TakePack } from '../packs/pack.ts';
import { expectAgreement, summarySchema } from './testing/goldenCases.ts';
import { addSmallTemplates, writeSmallModel } from './testing/smallModel.ts';

/** Written by `training/make_goldens.py pipelines` from diffusers' pipelines. */
const goldenSchema = z.object({
  settings: z.record(z.string(), z.union([z.string(), z.number()])),
  takes: z.array(z.object({ sampler: z.enum(samplers), negative: z.string(), waveform: summarySchema })),
});

type Making = RunningPack<TakePack['manifest']>;

describe.each(['audioldm', 'audioldm2', 'tango'] as const)(
  'a small %s makes of a prompt what diffusers does',
  (family) => {
    const path = new URL(`goldens/${family}/pipeline.json`, import.meta.url);
    const golden = goldenSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    let root: string;
    let pack: Making;
    beforeAll(async () => {
      root = await mkdtemp(join(tmpdir(), 'refoley-pipeline-'));
      await addSmallTemplates(root, family);
      const folders = {
        ...{ addedPacksFolder: join(root, 'packs'), packFolders: [join(root, 'packs')] },
        templateFolders: [join(root, 'templates')],
      };
      const { folder } = await addPack(folders, await writeSmallModel(join(root, 'published'), family), {});
      pack = requireTakes(await loadPack(folder));
    }, 60_000);
    afterAll(async () => {
      await pack.sessions.close();
      await rm(root, { recursive: true, force: true });
    });

    it.each(golden.takes)('by $sampler, away from "$negative"', async ({ sampler, negative, waveform }) => {
      const { waveform: made } = await take(pack, { ...golden.settings, sampler, negative });
      const [, length = 0] = waveform.dims;
      expectAgreement({ dims: waveform.dims, data: made.subarray(0, length) }, waveform);
    });

    const led = (settings: object, captions: readonly string[]) =>
      take(pack, { ...golden.settings, steps: 2, ...settings }, captions);

    it('shows the UNet one row where its guidance does not act, which is as without', async () => {
      const guided = { steps: 4, guidance: 3, guidanceInterval: { from: 0, to: 0.5 } };
      expect((await led(guided, [])).rows).toEqual([2, 2, 1, 1]);
      const never = { ...guided, guidanceInterval: { from: 0, to: 0.1 } };
      const { waveform, rows } = await led(never, []);
      expect(rows).toEqual([1, 1, 1, 1]);
      const without = (await led({ steps: 4, guidance: 1 }, [])).waveform;
      waveform.forEach((value, n) => expect(value).toBeCloseTo(without[n]!, 5));
    });

    if (family === 'tango')
      it('begins with a neighbour, and has no weight of the library: its words are in no space of sounds', async () => {
        const alone = await led({}, ['a wooden gate', 'wind']);
        expect(alone.influence).toEqual([0, 0]);
        const begun = await led({ start: 0.5 }, ['a wooden gate']);
        expect(begun.influence).toEqual([1]);
        expect(begun.waveform).not.toEqual(alone.waveform);
        await expect(led({ libraryGuidance: 1 }, ['wind'])).rejects.toThrow('knows no weight of the library');
      });
    else
      it('is led by neighbours that it was never trained for, as far as the library is to be followed', async () => {
        const alone = await led({ libraryGuidance: 0 }, ['a wooden gate', 'wind']);
        expect(alone.influence).toEqual([0, 0]);
        const both = await led({ libraryGuidance: 1 }, ['a wooden gate', 'wind']);
        expect(both.influence.map((share) => share.toFixed(3))).toEqual(['0.667', '0.333']);
        expect(both.waveform).not.toEqual(alone.waveform);
        const others = await led({ libraryGuidance: 1 }, ['rain on a roof', 'wind']);
        expect(others.waveform).not.toEqual(both.waveform);
      });
  },
);

/** What the vocoder gives for a prompt; the first neighbour weighs twice as much as the others. */
async function take(pack: Making, settings: object, captions: readonly string[] = []) {
  let waveform = new Float32Array();
  const shown: number[] = [];
  const run: GraphRunner = async (part, inputs) => {
    if (part === 'unet') shown.push(inputs['sample']?.dims[0] ?? 0);
    const outputs = await pack.run(part, inputs);
    const made = outputs['waveform'];
    if (made?.type === 'float32') waveform = Float32Array.from(made.data);
    return outputs;
  };
  const checked = checkSettings({ sampleRate: 16_000, start: 0, candidates: 1, ...settings }, pack.manifest);
  const samples = Float32Array.from({ length: 16_000 }, (_, n) => 0.7 * Math.sin(n / 9));
  const neighbours = captions.map((caption, k) => ({ samples, caption, weight: k === 0 ? 2 : 1 }));
  const { influence } = await generate(checked, neighbours, { ...pack, run, ears: createTestPack().ears });
  return { waveform, influence, rows: shown };
}
