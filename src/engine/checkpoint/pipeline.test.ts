import { mkdtemp, readFile, rm } from 'node:fs/promises';
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
import { addSmallTemplates, writeSmallAudioldm } from './testing/smallAudioldm.ts';

/** Written by `training/make_goldens.py pipelines` from diffusers' AudioLDMPipeline. */
const goldenSchema = z.object({
  settings: z.record(z.string(), z.union([z.string(), z.number()])),
  takes: z.array(
    z.object({
      sampler: z.enum(samplers),
      negative: z.string(),
      waveform: z.object({
        mean: z.number(),
        std: z.number(),
        elements: z.record(z.string(), z.number()),
      }),
    }),
  ),
});
const golden = goldenSchema.parse(
  JSON.parse(await readFile(new URL('goldens/audioldm/pipeline.json', import.meta.url), 'utf8')),
);
/** Of the waveform's root mean square. */
const TOLERANCE = 1e-3;

let root: string;
let pack: RunningPack;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-pipeline-'));
  await addSmallTemplates(root);
  const folders = {
    ...{ addedPacksFolder: join(root, 'packs'), packFolders: [join(root, 'packs')] },
    templateFolders: [join(root, 'templates')],
  };
  const { folder } = await addPack(folders, await writeSmallAudioldm(join(root, 'published')), {});
  pack = await loadPack(folder);
}, 60_000);
afterAll(async () => {
  await pack.sessions.close();
  await rm(root, { recursive: true, force: true });
});

/** What the vocoder gives for a prompt. */
async function waveformOf(settings: object): Promise<Float32Array> {
  let waveform = new Float32Array();
  const run: GraphRunner = async (part, inputs) => {
    const outputs = await pack.run(part, inputs);
    const made = outputs['waveform'];
    if (made?.type === 'float32') waveform = Float32Array.from(made.data);
    return outputs;
  };
  const checked = checkSettings({ sampleRate: 16_000, start: 0, ...settings }, pack.manifest);
  await generate(checked, [], { ...pack, run, ears: createTestPack().ears });
  return waveform;
}

describe('a small AudioLDM makes of a prompt what AudioLDMPipeline does', () => {
  it.each(golden.takes)('by $sampler, away from "$negative"', async ({ sampler, negative, waveform }) => {
    const made = await waveformOf({ ...golden.settings, sampler, negative });
    const { mean, std, elements } = waveform;
    const error = TOLERANCE * Math.hypot(mean, std);
    for (const [index, value] of Object.entries(elements))
      expect(Math.abs((made[Number(index)] ?? NaN) - value)).toBeLessThan(error);
  });
});
