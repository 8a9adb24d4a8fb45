import type { Branch } from '../../diffusion/guidance.ts';
import { createScheduler } from '../../diffusion/scheduler.ts';
import { logMel } from '../../dsp/mel.ts';
import type { RefoleyManifest } from '../../pack/refoleyManifest.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import { encodeNeighbours, type LibraryContext } from '../encodeNeighbours.ts';
import { branchesOf } from '../branchesOf.ts';
import { embedTexts, encodeTexts } from '../encodeTexts.ts';
import { mixNeighbours } from '../mixNeighbours.ts';
import { MASKED, type GraphRunner } from '../parts.ts';
import { constant, float32, join, outputOf, repeat, rows } from '../tensors.ts';
import { diffusionSteps } from './diffusionSteps.ts';
import { createGuidedUnet } from './guidedUnet.ts';
import { melLatentSize, windowOf } from './melLatent.ts';
import type { Model } from './model.ts';

/** The models that training/ exports: Re-AudioLDM (Yuan et al., 2023), section 3. */
export function createRefoleyModel(
  manifest: RefoleyManifest,
  tokenizer: TextTokenizer,
  run: GraphRunner,
): Model {
  const { audio, conditioning } = manifest;
  const { sampleRate, melBins, hop } = audio;

  return {
    sampleRate,
    attendsNeighbours: conditioning.attendsNeighbours,

    latentSize(seconds) {
      const size = melLatentSize(seconds, manifest);
      return { ...size, noise: size.samples };
    },

    async condition(settings, neighbours, size) {
      // E_t: the CLAP embedding of the prompt, and of what to keep away from.
      const { prompt, negative, retrieval } = settings;
      const asked = negative === '' ? [prompt] : [prompt, negative];
      const texts = await encodeTexts(asked, run, tokenizer, conditioning);
      const [embedding, negativeEmbedding] = await embedTexts(texts, run, conditioning.clapDimension);
      const noText = negativeEmbedding ?? new Float32Array(conditioning.clapDimension);

      // E_ra and E_rt: AudioMAE and text tokens of the neighbours.
      const attended = conditioning.attendsNeighbours ? neighbours : [];
      const branches = branchesOf(settings, attended.length > 0);
      const library = await encodeNeighbours(attended, retrieval, run, tokenizer, manifest);
      const mixed = conditioning.attendsNeighbours
        ? { prompt: embedding ?? noText, influence: new Float32Array(0) }
        : mixNeighbours(
            embedding ?? noText,
            neighbours.map(({ inPromptSpace, weight }) => ({ embedding: inPromptSpace, weight })),
            settings.libraryGuidance,
          );

      const constants = {
        ...conditionBatch(branches, mixed.prompt, noText, library, conditioning),
        ...(conditioning.soundLength && { seconds: constant(branches.length, settings.soundLength) }),
      };
      const hearing = branches.findIndex((branch) => branch.library);
      const unet = createGuidedUnet(run, branches, size, constants);
      const offset = settings.sampler === 'distilled' ? (manifest.distilled?.timestepOffset ?? 0) : 0;
      return {
        warnings: texts.truncated.some(Boolean)
          ? [`only the first ${conditioning.textTokens} tokens of the prompt count: shorten it`]
          : [],
        async denoise(sample, timestep) {
          const { prediction, outputs } = await unet(sample, timestep + offset);
          const influence = outputOf(outputs, 'unet', 'influence', [branches.length, library.count]);
          return {
            prediction,
            influence: conditioning.attendsNeighbours
              ? (rows(influence, branches.length)[hearing] ?? new Float32Array(library.count))
              : mixed.influence,
          };
        },
      };
    },

    planSampling(settings, hasSound) {
      // What was taught the guided result takes DDIM's strides.
      const sampler = settings.sampler === 'distilled' ? 'ddim' : settings.sampler;
      const scheduler = createScheduler(sampler, manifest.scheduler, settings.steps);
      return diffusionSteps(scheduler, hasSound ? settings.start : 0);
    },

    async encode(samples, size) {
      const { data, frames } = logMel(windowOf(samples, size), audio);
      const outputs = await run('vaeEncoder', { log_mel: float32([1, frames, melBins], data) });
      return outputOf(outputs, 'vaeEncoder', 'latent', [1, size.channels, size.time, size.frequency]);
    },

    async decode(sample, { channels, time, frequency, samples }) {
      const decoded = await run('vaeDecoder', { latent: float32([1, channels, time, frequency], sample) });
      return outputOf(decoded, 'vaeDecoder', 'log_mel', [1, samples / hop, melBins]);
    },

    async vocode(decoded, noise, { samples }) {
      const vocoded = await run('vocoder', {
        log_mel: float32([1, samples / hop, melBins], decoded),
        noise: float32([1, samples], noise),
      });
      return [outputOf(vocoded, 'vocoder', 'waveform', [1, samples])];
    },
  };
}

/** The inputs of the UNet that stay the same over all steps, a row for each branch. */
function conditionBatch(
  branches: readonly Branch[],
  prompt: Float32Array,
  noText: Float32Array,
  { count, audioTokens, textTokens, tokenBias }: LibraryContext,
  sizes: RefoleyManifest['conditioning'],
) {
  const batch = branches.length;
  const deaf = new Float32Array(tokenBias.length).fill(MASKED);
  const tokens = sizes.audioTokens + sizes.textTokens;
  return {
    text_embedding: float32(
      [batch, sizes.clapDimension],
      join(branches.map(({ text }) => (text ? prompt : noText))),
    ),
    audio_tokens: float32(
      [batch, count, sizes.audioTokens, sizes.audioDimension],
      repeat(audioTokens, batch),
    ),
    text_tokens: float32([batch, count, sizes.textTokens, sizes.textDimension], repeat(textTokens, batch)),
    token_bias: float32(
      [batch, count, tokens],
      join(branches.map((branch) => (branch.library ? tokenBias : deaf))),
    ),
  };
}
