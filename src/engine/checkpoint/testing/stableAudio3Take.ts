import type { Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import { createFlow } from '#core/diffusion/flow.ts';
import { gaussianNoise } from '#core/diffusion/noise.ts';
import { projectedGuidance } from '#core/diffusion/projectedGuidance.ts';
import { loadOnnxRuntime } from '../../onnx/runtime.ts';
import { wave } from './wave.ts';

/** As training/templates/stable_audio_3_reference.py takes it. */
export const takeSchema = z.object({
  seconds: z.number(),
  steps: z.number(),
  sampler: z.enum(['euler', 'dpmpp', 'pingpong']),
  guidance: z.number().default(1),
  projected: z.number().default(1),
  /** Tokens of a text to keep away from. */
  negative: z.array(z.number()).optional(),
  /** Begins with a sound, of which so much is noise. */
  start: z.number().optional(),
  /** In seconds, what is to be made within a sound. */
  parts: z.array(z.tuple([z.number(), z.number()])).optional(),
});

/** Sizes of a configuration. */
export interface Sizes {
  readonly sampleRate: number;
  readonly latentChannels: number;
  readonly samplesPerFrame: number;
  /** The autoencoder takes whole chunks of frames. */
  readonly chunkFrames: number;
  readonly textWidth: number;
}

/** Runs a part; it takes of the feeds those that it knows. */
export type Run = (part: string, feeds: Readonly<Record<string, Tensor>>) => Promise<Record<string, Tensor>>;

/** Tokens that a text is padded to, seconds that the length is a share of, seconds of room after a take. */
const [TOKENS, LONGEST, ROOM] = [256, 384, 6];

/** Every operation of the reference's `generate`, in its order. */
export async function take(
  request: z.infer<typeof takeSchema>,
  prompt: readonly number[],
  seed: number,
  sizes: Sizes,
  run: Run,
): Promise<{ dims: number[]; data: Float32Array }> {
  const { seconds, steps, sampler, guidance, projected, negative, start, parts } = request;
  const { sampleRate, latentChannels, samplesPerFrame, chunkFrames, textWidth } = sizes;

  // 1. Frames: the take and the room after it, in whole chunks; what is past the room counts as silence.
  const chunk = chunkFrames * samplesPerFrame;
  const samples = Math.ceil(Math.floor((seconds + ROOM) * sampleRate) / chunk) * chunk;
  const frames = samples / samplesPerFrame;
  const wanted = Math.floor(seconds * sampleRate);
  const room = Math.floor((ROOM * sampleRate) / samplesPerFrame);
  const valid = Math.min(Math.ceil(wanted / samplesPerFrame) + room, frames);

  // 2. What is there already: a sound to begin with, or one to keep around the parts that are to be made.
  const encode = async (length: number): Promise<Float32Array> => {
    const sound = stereo(wave([2, Math.floor(length * sampleRate)], 0.5, 0), samples);
    const { latent } = await run('autoencoderEncoder', { waveform: await float32(sound, [1, 2, samples]) });
    return latent!.data as Float32Array;
  };
  const begun = start === undefined ? undefined : await encode(1.2);
  const local = new Float32Array((1 + latentChannels) * frames);
  if (parts) {
    const kept = keptFrames(parts, wanted, frames, sizes);
    local.set(kept);
    (await encode(2.5)).forEach((value, i) => (local[frames + i] = value * kept[i % frames]!));
  }

  // 3. Texts, each of its own length; with guidance the text to keep away from, or none, is the second of a batch.
  const guided = guidance !== 1;
  const texts = guided ? [prompt, negative ?? []] : [prompt];
  const batch = texts.length;
  const shown = [Array<number>(TOKENS + 1).fill(1), shownOf(negative)].slice(0, batch);
  const states: Float32Array[] = [];
  for (const tokens of texts) states.push(await encodeText(tokens, textWidth, run));
  const { context, global_embed: globalEmbed } = await run('conditioner', {
    states: await float32(joined(states), [batch, TOKENS, textWidth]),
    attention_mask: await int64(
      texts.flatMap((tokens) => upTo(tokens.length, TOKENS)),
      [batch, TOKENS],
    ),
    length: await float32(
      texts.map(() => seconds / LONGEST),
      [batch],
    ),
    shown: await float32(shown.flat(), [batch, TOKENS + 1]),
  });

  // 4. Noise, and steps from it.
  const size = latentChannels * frames;
  const noise = gaussianNoise(seed, size);
  const flow = createFlow({
    sampler,
    steps,
    from: start ?? 1,
    noise: (step) => gaussianNoise(seed + 1 + step, size),
  });
  const repeated = (values: Float32Array): Float32Array => joined(texts.map(() => values));
  let latent = begun ? flow.addNoise(begun, noise, 0) : noise;
  for (const [step, share] of flow.timesteps.entries()) {
    const { velocity } = await run('dit', {
      latent: await float32(repeated(latent), [batch, latentChannels, frames]),
      timestep: await float32(
        texts.map(() => share),
        [batch],
      ),
      context: context!,
      global_embed: globalEmbed!,
      // Without parts it is the same for all frames, and one will do.
      local: await float32(parts ? repeated(local) : new Float32Array(batch * (1 + latentChannels)), [
        batch,
        1 + latentChannels,
        parts ? frames : 1,
      ]),
      valid: await int64(
        texts.flatMap(() => upTo(valid, frames)),
        [batch, frames],
      ),
    });
    const velocities = velocity!.data as Float32Array;
    const [conditional, unconditional] = [velocities.slice(0, size), velocities.slice(size)];
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
    latent: await float32(latent, [1, latentChannels, frames]),
  });
  const sound = waveform!.data as Float32Array;
  const channels = [0, 1].map((channel) => sound.subarray(channel * samples, channel * samples + wanted));
  return { dims: [1, 2, wanted], data: joined(channels).map((x) => Math.max(-1, Math.min(1, x))) };
}

/** [tokens, width]. Padding is not encoded: the conditioner puts its own in the place. */
async function encodeText(tokens: readonly number[], width: number, run: Run): Promise<Float32Array> {
  const states = new Float32Array(TOKENS * width);
  if (tokens.length === 0) return states;
  const dims = [1, tokens.length];
  const encoded = await run('textEncoder', {
    input_ids: await int64(tokens, dims),
    attention_mask: await int64(upTo(tokens.length, tokens.length), dims),
  });
  states.set(encoded['states']!.data as Float32Array);
  return states;
}

/** Of a text to keep away from padding is hidden and the length is not; without one all is. */
function shownOf(tokens: readonly number[] | undefined): number[] {
  return tokens ? [...upTo(tokens.length, TOKENS), 1] : Array<number>(TOKENS + 1).fill(0);
}

/** 1 where the sound is kept. A frame is what its first sample is. */
function keptFrames(
  parts: readonly (readonly [number, number])[],
  wanted: number,
  frames: number,
  { sampleRate, samplesPerFrame }: Sizes,
): Float32Array {
  return Float32Array.from({ length: frames }, (_, frame) => {
    const sample = frame * samplesPerFrame;
    const isMade = parts.some(
      ([from, to]) => sample >= Math.floor(from * sampleRate) && sample < Math.floor(to * sampleRate),
    );
    return isMade || sample >= wanted ? 0 : 1;
  });
}

/** Two channels, filled up with silence or cut. */
function stereo(sound: Float32Array, samples: number): Float32Array {
  const length = sound.length / 2;
  const channel = (index: number): Float32Array => {
    const full = new Float32Array(samples);
    full.set(sound.subarray(index * length, index * length + Math.min(length, samples)));
    return full;
  };
  return joined([channel(0), channel(1)]);
}

function upTo(count: number, length: number): number[] {
  return Array.from({ length }, (_, i) => +(i < count));
}

function joined(arrays: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

async function float32(values: ArrayLike<number>, dims: readonly number[]): Promise<Tensor> {
  const { Tensor: OrtTensor } = await loadOnnxRuntime();
  return new OrtTensor('float32', Float32Array.from(values), dims);
}

async function int64(values: readonly number[], dims: readonly number[]): Promise<Tensor> {
  const { Tensor: OrtTensor } = await loadOnnxRuntime();
  return new OrtTensor('int64', BigInt64Array.from(values, BigInt), dims);
}
