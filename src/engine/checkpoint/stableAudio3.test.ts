import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, gunzipSync } from 'node:zlib';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bindGraph } from '#core/checkpoint/bindGraph.ts';
import { createFlow, type FlowSampler } from '#core/diffusion/flow.ts';
import { gaussianNoise } from '#core/diffusion/noise.ts';
import { projectedGuidance } from '#core/diffusion/projectedGuidance.ts';
import { loadOnnxRuntime } from '../onnx/runtime.ts';
import { boundSession } from './boundSession.ts';
import { expectAgreement, recipeSchema, summarySchema, tensorOf, wave } from './testing/goldenCases.ts';
import { openCheckpoint } from './openCheckpoint.ts';
import { safetensors, type Stored } from './testing/safetensors.ts';

/** Written by `training/make_goldens.py stable_audio_3` from the reference implementation. */
const goldens = new URL('goldens/stable-audio-3/', import.meta.url);
const takeSchema = z.object({
  seconds: z.number(),
  steps: z.number(),
  sampler: z.enum(['euler', 'dpmpp', 'pingpong']),
  guidance: z.number().default(1),
  projected: z.number().default(1),
  negative: z.array(z.number()).optional(),
  start: z.number().optional(),
  parts: z.array(z.tuple([z.number(), z.number()])).optional(),
  waveform: summarySchema,
});
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
    takes: z.record(z.string(), takeSchema),
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
/** Of the small configuration: latent channels, samples for each of its frames, frames that chunks have. */
const [CHANNELS, RATIO, CHUNK] = [16, 32, 2];
/** Of all of them: tokens that a text is padded to, seconds that length is a share of, seconds of room after a take. */
const [TOKENS, LONGEST, ROOM] = [256, 384, 6];

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
    await writeFile(join(root, folder, 'model.safetensors'), randomWeights(inside));
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
    const request = golden.takes[name]!;
    const made = await take(request);
    expectAgreement(made, request.waveform);
  });
});

/** Every operation of the reference's `generate`, in its order. */
async function take(request: z.infer<typeof takeSchema>): Promise<{ dims: number[]; data: Float32Array }> {
  const { seconds, steps, guidance, projected, negative } = request;
  const { sampleRate, seed } = golden;

  // 1. Frames: the take and the room after it, whole chunks of the autoencoder; those past the room count as silence.
  const chunk = CHUNK * RATIO;
  const samples = Math.ceil(Math.floor((seconds + ROOM) * sampleRate) / chunk) * chunk;
  const frames = samples / RATIO;
  const wanted = Math.floor(seconds * sampleRate);
  const valid = Math.min(Math.ceil(wanted / RATIO) + Math.floor((ROOM * sampleRate) / RATIO), frames);

  // 2. What is there already: a sound to begin with, or one to keep around the parts that are to be made.
  const local = new Float32Array((1 + CHANNELS) * frames);
  if (request.parts) {
    const sound = await encode(wave([2, Math.floor(2.5 * sampleRate)], 0.5, 0), samples);
    const kept = keptFrames(request.parts, wanted, samples, frames);
    local.set(kept);
    for (let i = 0; i < CHANNELS * frames; i++) local[frames + i] = sound[i]! * kept[i % frames]!;
  }
  const start = request.start === undefined ? undefined : wave([2, Math.floor(1.2 * sampleRate)], 0.5, 0);

  // 3. Texts, each of its own length; with guidance the text to keep away from, or none, is the second of a batch.
  const guided = guidance !== 1;
  const texts = guided ? [golden.prompt, negative ?? []] : [golden.prompt];
  const shown = texts.map((tokens, i) =>
    shownTokens(i === 0 ? TOKENS : tokens.length, i === 0 || !!negative),
  );
  const states = await Promise.all(texts.map(encodeText));
  const conditions = await run('conditioner', {
    states: await float32(
      states.flatMap((rows) => [...rows]),
      [texts.length, TOKENS, 32],
    ),
    attention_mask: await int64(
      texts.flatMap((tokens) => maskOf(tokens.length)),
      [texts.length, TOKENS],
    ),
    length: await float32(
      texts.map(() => seconds / LONGEST),
      [texts.length],
    ),
    shown: await float32(shown.flat(), [texts.length, TOKENS + 1]),
  });

  // 4. Noise, and steps from it.
  const size = CHANNELS * frames;
  const noise = gaussianNoise(seed, size);
  const flow = createFlow({
    ...{ sampler: request.sampler satisfies FlowSampler, steps, from: request.start ?? 1 },
    noise: (step) => gaussianNoise(seed + 1 + step, size),
  });
  let latent = start ? flow.addNoise(await encode(start, samples), noise, 0) : noise;
  const batch = texts.length;
  const repeated = (values: Float32Array): number[] => texts.flatMap(() => [...values]);
  for (const [step, share] of flow.timesteps.entries()) {
    const { velocity } = await run('dit', {
      latent: await float32(repeated(latent), [batch, CHANNELS, frames]),
      timestep: await float32(
        texts.map(() => share),
        [batch],
      ),
      context: conditions['context']!,
      global_embed: conditions['global_embed']!,
      local: request.parts
        ? await float32(repeated(local), [batch, 1 + CHANNELS, frames])
        : await float32(new Float32Array(batch * (1 + CHANNELS)), [batch, 1 + CHANNELS, 1]),
      valid: await int64(
        texts.flatMap(() => Array.from({ length: frames }, (_, i) => +(i < valid))),
        [batch, frames],
      ),
    });
    const velocities = velocity!.data as Float32Array;
    const conditional = velocities.slice(0, size);
    const unconditional = velocities.slice(size);
    latent = flow.step(
      guided
        ? projectedGuidance({ sample: latent, conditional, unconditional, share, guidance, projected })
        : conditional,
      step,
      latent,
    );
  }

  // 5. Sound, without the room.
  const { waveform } = await run('autoencoderDecoder', {
    latent: await float32(latent, [1, CHANNELS, frames]),
  });
  const stereo = waveform!.data as Float32Array;
  const channels = [0, 1].flatMap((channel) => [
    ...stereo.subarray(channel * samples, channel * samples + wanted),
  ]);
  return { dims: [1, 2, wanted], data: Float32Array.from(channels, (x) => Math.max(-1, Math.min(1, x))) };
}

/** Padding is not encoded: the conditioner puts its own in the place. */
async function encodeText(tokens: readonly number[]): Promise<Float32Array> {
  const states = new Float32Array(TOKENS * 32);
  if (tokens.length === 0) return states;
  const dims = [1, tokens.length];
  const encoded = await run('textEncoder', {
    input_ids: await int64(tokens, dims),
    attention_mask: await int64(maskOf(tokens.length).slice(0, tokens.length), dims),
  });
  states.set(encoded['states']!.data as Float32Array);
  return states;
}

/** Latent [channels, frames] of two channels, filled up with silence or cut. */
async function encode(sound: Float32Array, samples: number): Promise<Float32Array> {
  const length = sound.length / 2;
  const stereo = new Float32Array(2 * samples);
  for (const channel of [0, 1])
    stereo.set(
      sound.subarray(channel * length, channel * length + Math.min(length, samples)),
      channel * samples,
    );
  const { latent } = await run('autoencoderEncoder', { waveform: await float32(stereo, [1, 2, samples]) });
  return latent!.data as Float32Array;
}

/** 1 where the sound is kept: each frame is what its first sample is. */
function keptFrames(
  parts: readonly (readonly [number, number])[],
  wanted: number,
  samples: number,
  frames: number,
): Float32Array {
  return Float32Array.from({ length: frames }, (_, frame) => {
    const sample = Math.floor((frame * samples) / frames);
    const isMade = parts.some(
      ([from, to]) =>
        sample >= Math.floor(from * golden.sampleRate) && sample < Math.floor(to * golden.sampleRate),
    );
    return isMade || sample >= wanted ? 0 : 1;
  });
}

const maskOf = (length: number): number[] => Array.from({ length: TOKENS }, (_, i) => +(i < length));
/** Of the text to keep away from, padding is hidden; the length goes on to be told where any text is. */
const shownTokens = (length: number, isText: boolean): number[] =>
  isText ? [...maskOf(length), 1] : Array<number>(TOKENS + 1).fill(0);

async function float32(values: ArrayLike<number>, dims: number[]): Promise<Tensor> {
  const { Tensor: OrtTensor } = await loadOnnxRuntime();
  return new OrtTensor('float32', Float32Array.from(values), dims);
}

async function int64(values: readonly number[], dims: number[]): Promise<Tensor> {
  const { Tensor: OrtTensor } = await loadOnnxRuntime();
  return new OrtTensor('int64', BigInt64Array.from(values, BigInt), dims);
}

async function run(part: string, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
  const session = sessions[part]!;
  const taken = Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]!]));
  return (await session.run(taken)) as Record<string, Tensor>;
}

/** What some templates want, each tensor once, as `weight` of training/templates/stable_audio_3_reference.py makes it. */
function randomWeights(templates: readonly Uint8Array[]): Buffer {
  const tensors: Record<string, Stored> = {};
  const wanted = templates.flatMap((template) => bindGraph(template, () => undefined).misfits);
  for (const { tensor, wanted: shape } of wanted) {
    const count = shape.reduce((product, length) => product * length, 1);
    const noise = gaussianNoise(crc32(tensor), count);
    const spread = Math.fround(1 / Math.sqrt(count / (shape[0] ?? 1)));
    const centre = /(gamma|alpha|running_std)$/.test(tensor) ? 1 : 0;
    const values = noise.map((value) => (shape.length > 1 ? value * spread : 0.1 * value + centre));
    tensors[tensor] = ['F32', shape, new Uint8Array(values.buffer)];
  }
  return safetensors(tensors);
}
