import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTokenizer } from '#core/text/tokenizer.ts';
import { boundSession } from './boundSession.ts';
import { expectAgreement, recipeSchema, summarySchema, tensorOf } from './testing/goldenCases.ts';
import { take, takeSchema } from './testing/stableAudio3Take.ts';
import { openCheckpoint } from './openCheckpoint.ts';
import { randomWeights } from './testing/randomWeights.ts';
import { safetensors, type Stored } from './testing/safetensors.ts';

/** Written by `training/make_goldens.py stable_audio_3` from the reference implementation. */
const goldens = new URL('goldens/stable-audio-3/', import.meta.url);
const golden = z
  .object({
    sampleRate: z.number(),
    seed: z.number(),
    prompt: z.array(z.number()),
    parts: z.record(
      z.string(),
      z.object({
        parts: z.array(z.string()),
        inputs: z.record(z.string(), recipeSchema),
        outputs: z.record(z.string(), summarySchema),
      }),
    ),
    tokens: z.array(z.object({ text: z.string(), ids: z.array(z.number()) })),
    takes: z.record(z.string(), takeSchema.extend({ waveform: summarySchema })),
  })
  .parse(JSON.parse(readFileSync(new URL('cases.json', goldens), 'utf8')));

/** Where the published folder has the weights of a part. */
const FOLDERS: Readonly<Record<string, string>> = {
  textEncoder: 't5gemma-b-b-ul2',
  conditioner: '',
  dit: '',
  autoencoderEncoder: '',
  autoencoderDecoder: '',
};
const SMALL = {
  sampleRate: golden.sampleRate,
  latentChannels: 16,
  samplesPerFrame: 32,
  chunkFrames: 2,
  textWidth: 32,
};

let root: string;
const sessions: Record<string, InferenceSession> = {};
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-stable-audio-3-'));
  const templates = Object.keys(FOLDERS).map(
    (part) => [part, gunzipSync(readFileSync(new URL(`${part}.onnx.gz`, goldens)))] as const,
  );
  for (const folder of new Set(Object.values(FOLDERS))) {
    const inside = templates.filter(([part]) => FOLDERS[part] === folder).map(([, graph]) => graph);
    await mkdir(join(root, folder), { recursive: true });
    const tensors: Record<string, Stored> = {};
    for (const graph of inside) Object.assign(tensors, randomWeights(graph));
    await writeFile(join(root, folder, 'model.safetensors'), safetensors(tensors));
  }
  for (const [part, graph] of templates) {
    const checkpoint = await openCheckpoint(join(root, FOLDERS[part] ?? ''));
    sessions[part] = await boundSession(graph, checkpoint, { logSeverityLevel: 3 });
  }
});
afterAll(async () => {
  for (const session of Object.values(sessions)) await session.release();
  await rm(root, { recursive: true, force: true });
});

describe('a small Stable Audio 3 with random weights agrees with the reference', () => {
  it.each(Object.keys(golden.parts))('in its %s', async (name) => {
    const { parts, inputs, outputs } = golden.parts[name]!;
    const feeds: Record<string, Tensor> = {};
    for (const [key, recipe] of Object.entries(inputs)) feeds[key] = await tensorOf(recipe);
    for (const part of parts) Object.assign(feeds, await run(part, feeds));
    for (const [key, output] of Object.entries(outputs))
      expectAgreement(feeds[key] as { dims: number[]; data: Float32Array } | undefined, output);
  });

  it.each(Object.keys(golden.takes))('in a whole take: %s', async (name) => {
    const { waveform, ...request } = golden.takes[name]!;
    expectAgreement(await take(request, golden.prompt, golden.seed, SMALL, run), waveform);
  });
});

describe('the kind of tokenizer that it comes with', () => {
  const json: unknown = JSON.parse(readFileSync(new URL('tokenizer.json', goldens), 'utf8'));
  const config = { tokenizer_class: 'GemmaTokenizer', pad_token: '<pad>' };

  it.each(golden.tokens)('splits as Hugging Face does: $text', ({ text, ids }) => {
    const encoded = createTokenizer(json, { ...config, add_bos_token: false }).encode(text, 64);
    expect(encoded.ids).toEqual([...ids, ...Array<number>(64 - ids.length).fill(0)]);
  });

  it('begins with a token of its own where its configuration does not say otherwise', () => {
    const { text, ids } = golden.tokens[0]!;
    expect(createTokenizer(json, config).encode(text, ids.length + 1).ids).toEqual([2, ...ids]);
  });
});

async function run(part: string, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
  const session = sessions[part]!;
  const taken = Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]!]));
  return session.run(taken);
}
