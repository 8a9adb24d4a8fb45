import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Tensor } from 'onnxruntime-node';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { z } from 'zod';
import { boundSession } from './boundSession.ts';
import { openCheckpoint } from './openCheckpoint.ts';
import { expectAgreement, recipeSchema, summarySchema, tensorOf } from './testing/goldenCases.ts';
import { randomWeights } from './testing/randomWeights.ts';
import { safetensors } from './testing/safetensors.ts';

/** Written by `training/make_goldens.py checkpoints` from diffusers and transformers, by the names of their templates. */
const goldenSchema = z.record(
  z.string(),
  z.object({
    inputs: z.record(z.string(), recipeSchema),
    outputs: z.record(z.string(), summarySchema),
  }),
);
const goldens = new URL('goldens/', import.meta.url);
/** Stable Audio 3 has a test of its own: its parts share a file and are checked in a row. */
const families = readdirSync(goldens).filter((family) => family !== 'stable-audio-3');
const parts = families.flatMap((family) => {
  const cases: unknown = JSON.parse(readFileSync(new URL(`${family}/cases.json`, goldens), 'utf8'));
  return Object.entries(goldenSchema.parse(cases)).map(([file, golden]) => ({
    ...golden,
    path: `${family}/${file}`,
  }));
});

let root: string;
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'refoley-parts-'))));
afterAll(() => rm(root, { recursive: true, force: true }));

describe('a small model with random weights agrees with its reference', () => {
  it.each(parts)('in $path', async ({ path, inputs, outputs }) => {
    const template = gunzipSync(await readFile(new URL(path, goldens)));
    const folder = await mkdtemp(join(root, 'part-'));
    await writeFile(join(folder, 'model.safetensors'), safetensors(randomWeights(template)));
    const session = await boundSession(template, await openCheckpoint(folder), { logSeverityLevel: 3 });
    const feeds: Record<string, Tensor> = {};
    for (const [name, recipe] of Object.entries(inputs)) feeds[name] = await tensorOf(recipe);
    const made = await session.run(feeds);
    for (const [name, output] of Object.entries(outputs)) {
      const { dims, data } = made[name]!;
      expectAgreement({ dims, data: Array.from(data as ArrayLike<number | bigint>, Number) }, output);
    }
    await session.release();
  });
});
