import { z } from 'zod';
import { createFlow } from '#core/diffusion/flow.ts';
import { gaussianNoise } from '#core/diffusion/noise.ts';
import { createStableAudio3Model, type WaveFormat } from '#core/pipeline/models/stableAudio3.ts';
import type { LatentSize } from '#core/pipeline/models/model.ts';
import type { GraphRunner } from '#core/pipeline/parts.ts';
import type { TakeSettings } from '#core/pipeline/settings.ts';
import { float32, join, outputOf } from '#core/pipeline/tensors.ts';
import { numbers } from './numbers.ts';
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

/** What the model makes where it is given the tokens, the noise and the schedule of the reference's `generate`. */
export async function take(
  request: z.infer<typeof takeSchema>,
  prompt: readonly number[],
  seed: number,
  manifest: WaveFormat,
  run: GraphRunner,
): Promise<{ dims: number[]; data: Float32Array }> {
  const { seconds, steps, sampler, guidance, projected, negative, start, parts } = request;
  const conditioning = { ...manifest.conditioning, projected };
  const model = createStableAudio3Model({ ...manifest, conditioning }, numbers, run);
  const size = model.latentSize(seconds);

  const begun = start === undefined ? undefined : await encodeWave(1.2, size, manifest, run);
  const known = parts && { latent: await encodeWave(2.5, size, manifest, run), parts };
  const settings: TakeSettings = {
    ...{ prompt: prompt.join(' '), negative: (negative ?? []).join(' '), guidance, duration: seconds },
    ...{ seed, sampler, steps, libraryGuidance: 0, retrieval: 'none', k: 0, soundLength: 0, start: 0 },
    ...{ candidates: 1, highBand: 'plain', sampleRate: 44_100, bits: 32 },
  };
  const denoiser = await model.condition(settings, [], size, known);

  const length = size.channels * size.time;
  const noise = gaussianNoise(seed, length);
  const flow = createFlow({
    ...{ sampler, steps, from: start ?? 1 },
    noise: (step) => gaussianNoise(seed + 1 + step, length),
  });
  let latent = begun ? flow.addNoise(begun, noise, 0) : noise;
  for (const [step, share] of flow.timesteps.entries())
    latent = flow.step((await denoiser.denoise(latent, share, true)).prediction, step, latent);
  const data = join(await model.vocode(await model.decode(latent, size), new Float32Array(), size));
  return { dims: [1, 2, data.length / 2], data };
}

/** The latent of a wave that differs between its channels. */
async function encodeWave(
  seconds: number,
  { channels, time }: LatentSize,
  { audio, latent }: WaveFormat,
  run: GraphRunner,
): Promise<Float32Array> {
  const length = time * latent.samplesPerFrame;
  const there = Math.floor(seconds * audio.sampleRate);
  const sound = wave([2, there], 0.5, 0);
  const waveform = new Float32Array(2 * length);
  for (const channel of [0, 1])
    waveform.set(sound.slice(channel * there, channel * there + Math.min(there, length)), channel * length);
  const outputs = await run('autoencoderEncoder', { waveform: float32([1, 2, length], waveform) });
  return outputOf(outputs, 'autoencoderEncoder', 'latent', [1, channels, time]);
}
