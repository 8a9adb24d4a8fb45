import { createScheduler } from '../../diffusion/scheduler.ts';
import { fbank, logMel } from '../../dsp/mel.ts';
import type { RefoleyManifest } from '../../pack/refoleyManifest.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import { encodeNeighbours } from '../encodeNeighbours.ts';
import { branchesOf } from '../branchesOf.ts';
import { embedTexts, encodeTexts } from '../encodeTexts.ts';
import { mixNeighbours } from '../mixNeighbours.ts';
import type { GraphRunner } from '../parts.ts';
import { constant, float32, join, outputOf } from '../tensors.ts';
import { diffusionSteps } from './diffusionSteps.ts';
import { melLatentSize, windowOf } from './melLatent.ts';
import type { Model } from './model.ts';
import { createNeighbourUnet } from './neighbourUnet.ts';

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
      const encoders = {
        async sounds(samples: readonly Float32Array[]) {
          const dims = [samples.length, audio.fbankFrames, audio.fbankBins];
          const banks = float32(dims, join(samples.map((each) => fbank(each, audio))));
          return outputOf(await run('audioMae', { fbank: banks }), 'audioMae', 'tokens', [
            samples.length,
            conditioning.audioTokens,
            conditioning.audioDimension,
          ]);
        },
        texts: (captions: readonly string[]) => encodeTexts(captions, run, tokenizer, conditioning),
      };
      const library = await encodeNeighbours(attended, retrieval, encoders, conditioning);
      const mixed = conditioning.attendsNeighbours
        ? { prompt: embedding ?? noText, influence: new Float32Array(0) }
        : mixNeighbours(
            embedding ?? noText,
            neighbours.map(({ inPromptSpace, weight }) => ({ embedding: inPromptSpace, weight })),
            settings.libraryGuidance,
          );

      const unet = createNeighbourUnet(
        run,
        branches,
        size,
        { prompt: mixed.prompt, noText },
        library,
        conditioning,
        conditioning.soundLength ? { seconds: constant(branches.length, settings.soundLength) } : {},
      );
      const offset = settings.sampler === 'distilled' ? (manifest.distilled?.timestepOffset ?? 0) : 0;
      return {
        warnings: texts.truncated.some(Boolean)
          ? [`only the first ${conditioning.textTokens} tokens of the prompt count: shorten it`]
          : [],
        async denoise(sample, timestep, isGuided) {
          const denoised = await unet(sample, timestep + offset, isGuided);
          return conditioning.attendsNeighbours ? denoised : { ...denoised, influence: mixed.influence };
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
