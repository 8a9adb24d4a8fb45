import { z } from 'zod';
import { count } from '../pack/facts.ts';
import type { CheckpointManifest } from '../pack/checkpointManifest.ts';
import type { PartName } from '../pack/manifest.ts';
import {
  clapConfigSchema,
  clapProcessorSchema,
  musicgenConfigSchema,
  scheduleOf,
  schedulerConfigSchema,
  stableAudioConfigSchema,
  unetConfigSchema,
  vaeConfigSchema,
  vocoderConfigSchema,
  wordsConfigSchema,
} from './published.ts';

/** The configuration in each folder of a checkpoint. */
export type Configs = Readonly<Record<string, unknown>>;

/** What a manifest says beyond names and files. */
export type FamilyFacts = FactsOf<CheckpointManifest>;
type FactsOf<Manifest> = Manifest extends CheckpointManifest
  ? Pick<Manifest, Extract<keyof Manifest, FactName>>
  : never;
type FactName = 'family' | 'audio' | 'latent' | 'tokens' | 'clap' | 'conditioning' | 'scheduler' | 'defaults';

/** A kind of published model that Refoley has graphs for. */
export interface Family {
  readonly family: CheckpointManifest['family'];
  /** As people know it. */
  readonly title: string;
  /** Of model_index.json; a family without one is known by the configuration in its root. */
  readonly className?: string;
  /** What that configuration says it is, where many models have a file of its name. */
  readonly modelType?: string;
  /** The files of code that its authors publish instead; training/refoley_training/published lays them out. */
  readonly pickles?: { readonly file: string; readonly converter: string };
  /** The folder that each part's weights and configuration lie in; '' is the root. */
  readonly parts: Readonly<Partial<Record<PartName, string>>>;
  /** By folder, configurations beside the config.json of each part, or in its place. */
  readonly configFiles: Readonly<Record<string, string>>;
  /** Folders with tokenizer.json, of the first text encoder and of the second. */
  readonly tokenizers: readonly string[];
  /** @throws ZodError when a config is not one of this family */
  describe(configs: Configs): FamilyFacts;
}

const SCHEDULER = { scheduler: 'scheduler/scheduler_config.json' };

/** AudioLDM's front end (Liu et al., 2023, section 3.3): windows of 1024 samples. */
const FFT_SIZE = 1024;
const LOG_FLOOR = 1e-5;
/** More than this add nothing to a mean, and Re-AudioLDM was shown no more. */
const MAX_NEIGHBOURS = 10;

/** Length that the published tokenizers cut texts to. */
const TEXT_TOKENS = 512;

/** What the library does to models that were not trained for it: docs/adr/0017. */
const defaults = {
  duration: 5.12,
  steps: 20,
  sampler: 'dpmpp',
  libraryGuidance: 0,
  k: 3,
  start: 0.2,
  candidates: 2,
} as const;

/** As LAION's checkpoints hear, of which this one is (preprocessor_config.json of laion/clap-htsat-unfused). */
const CLAP_FORMAT = {
  ...{ sampleRate: 48_000, fftSize: 1024, hop: 480, bins: 64, seconds: 10 },
  ...{ band: [50, 14_000] as [number, number], fused: false },
};

const audioldm: Family = {
  family: 'audioldm',
  title: 'AudioLDM',
  className: 'AudioLDMPipeline',
  parts: {
    textEncoder: 'text_encoder',
    unet: 'unet',
    vaeEncoder: 'vae',
    vaeDecoder: 'vae',
    vocoder: 'vocoder',
  },
  configFiles: SCHEDULER,
  tokenizers: ['tokenizer'],
  describe(configs) {
    const text = z
      .looseObject({ projection_dim: z.number().int(), max_position_embeddings: z.number().int() })
      .parse(configs['text_encoder']);
    const unet = unetConfigSchema.parse(configs['unet']);
    return {
      family: 'audioldm',
      ...melFacts(configs, unet.block_out_channels.length),
      conditioning: {
        clapDimension: text.projection_dim,
        // RoBERTa counts places from 2.
        textTokens: text.max_position_embeddings - 2,
        maxNeighbours: MAX_NEIGHBOURS,
      },
      scheduler: scheduleOf(schedulerConfigSchema.parse(configs['scheduler'])),
      // Guidance as AudioLDMPipeline has it.
      defaults: { ...defaults, guidance: 2.5 },
    };
  },
};

/** Sizes of a VAE over log-mel spectrograms and of its HiFi-GAN. */
function melFacts(configs: Configs, unetLevels: number) {
  const vae = vaeConfigSchema.parse(configs['vae']);
  const vocoder = vocoderConfigSchema.parse(configs['vocoder']);
  const compression = 2 ** (vae.block_out_channels.length - 1);
  return {
    audio: {
      sampleRate: vocoder.sampling_rate,
      fftSize: FFT_SIZE,
      hop: vocoder.upsample_rates.reduce((product, rate) => product * rate, 1),
      melBins: vocoder.model_in_dim,
      logFloor: LOG_FLOOR,
    },
    latent: {
      channels: vae.latent_channels,
      frequency: vocoder.model_in_dim / compression,
      compression,
      timeMultiple: 2 ** (unetLevels - 1),
      scale: vae.scaling_factor,
    },
  };
}

const audioldm2: Family = {
  family: 'audioldm2',
  title: 'AudioLDM 2',
  className: 'AudioLDM2Pipeline',
  parts: {
    clapText: 'text_encoder',
    clapAudio: 'text_encoder',
    textEncoder2: 'text_encoder_2',
    projectionModel: 'projection_model',
    languageModel: 'language_model',
    unet: 'unet',
    vaeEncoder: 'vae',
    vaeDecoder: 'vae',
    vocoder: 'vocoder',
  },
  configFiles: SCHEDULER,
  tokenizers: ['tokenizer', 'tokenizer_2'],
  describe(configs) {
    const clap = z.looseObject({ projection_dim: count.default(512) }).parse(configs['text_encoder']);
    const words = wordsConfigSchema.parse(configs['text_encoder_2']);
    const language = z
      .looseObject({ n_embd: count, max_new_tokens: count.default(8) })
      .parse(configs['language_model']);
    const unet = unetConfigSchema.parse(configs['unet']);
    return {
      family: 'audioldm2',
      ...melFacts(configs, unet.block_out_channels.length),
      clap: CLAP_FORMAT,
      conditioning: {
        clapDimension: clap.projection_dim,
        textTokens: TEXT_TOKENS,
        wordTokens: TEXT_TOKENS,
        wordDimension: words.d_model,
        stateDimension: language.n_embd,
        generatedStates: language.max_new_tokens,
        maxNeighbours: MAX_NEIGHBOURS,
      },
      scheduler: scheduleOf(schedulerConfigSchema.parse(configs['scheduler'])),
      // Guidance as AudioLDM2Pipeline has it; it hears neighbours, and half a part of them keeps the prompt.
      defaults: { ...defaults, guidance: 3.5, libraryGuidance: 0.5 },
    };
  },
};

const reAudioldm: Family = {
  family: 're-audioldm',
  title: 'Re-AudioLDM',
  className: 'ReAudioLDM',
  parts: {
    clapText: 'text_encoder',
    textEncoder: 'text_encoder_2',
    audioMae: 'audiomae',
    unet: 'unet',
    vaeEncoder: 'vae',
    vaeDecoder: 'vae',
    vocoder: 'vocoder',
  },
  configFiles: SCHEDULER,
  tokenizers: ['tokenizer', 'tokenizer_2'],
  describe(configs) {
    const clap = z
      .looseObject({ projection_dim: count, max_position_embeddings: count })
      .parse(configs['text_encoder']);
    const unet = z
      .looseObject({ channels: z.array(count).nonempty(), audio: count, text: count })
      .parse(configs['unet']);
    const { audio, latent } = melFacts(configs, unet.channels.length);
    return {
      family: 're-audioldm',
      // A patch of AudioMAE's image is 16 by 16.
      audio: { ...audio, fbankBins: 128, fbankFrames: 1024 },
      latent,
      conditioning: {
        ...{ clapDimension: clap.projection_dim, promptTokens: clap.max_position_embeddings - 2 },
        ...{ audioTokens: 32, audioDimension: unet.audio, textTokens: 50, textDimension: unet.text },
        maxNeighbours: MAX_NEIGHBOURS,
      },
      scheduler: scheduleOf(schedulerConfigSchema.parse(configs['scheduler'])),
      // The paper's guidance; it was shown neighbours, and needs to begin with none.
      defaults: { ...defaults, guidance: 2.5, libraryGuidance: 2.5, start: 0 },
    };
  },
};

const tango: Family = {
  family: 'tango',
  title: 'Tango',
  className: 'TangoPipeline',
  pickles: { file: 'pytorch_model_main.bin', converter: 'tango' },
  parts: {
    textEncoder: 'text_encoder',
    unet: 'unet',
    vaeEncoder: 'vae',
    vaeDecoder: 'vae',
    vocoder: 'vocoder',
  },
  configFiles: SCHEDULER,
  tokenizers: ['tokenizer'],
  describe(configs) {
    const words = wordsConfigSchema.parse(configs['text_encoder']);
    const unet = unetConfigSchema.parse(configs['unet']);
    return {
      family: 'tango',
      ...melFacts(configs, unet.block_out_channels.length),
      conditioning: wordFacts(words.d_model),
      scheduler: scheduleOf(schedulerConfigSchema.parse(configs['scheduler'])),
      // Guidance as its authors have it.
      defaults: { ...defaults, guidance: 3 },
    };
  },
};

function wordFacts(textDimension: number) {
  return { textTokens: TEXT_TOKENS, textDimension, maxNeighbours: MAX_NEIGHBOURS };
}

/** Seconds: what AudioGen was trained on. */
const LONGEST_DRAWN = 10;

const audiogen: Family = {
  family: 'audiogen',
  title: 'AudioGen',
  modelType: 'musicgen',
  pickles: { file: 'compression_state_dict.bin', converter: 'audiogen' },
  parts: { textEncoder: '', decoder: '', codecDecoder: '' },
  configFiles: { '': 'config.json' },
  tokenizers: [''],
  describe(configs) {
    const { text_encoder: words, decoder, audio_encoder: codec } = musicgenConfigSchema.parse(configs['']);
    return {
      family: 'audiogen',
      audio: { sampleRate: codec.sampling_rate, longest: LONGEST_DRAWN },
      tokens: {
        codebooks: decoder.num_codebooks,
        vocabulary: decoder.vocab_size,
        samplesPerFrame: codec.upsampling_ratios.reduce((product, ratio) => product * ratio, 1),
        layers: decoder.num_hidden_layers,
        heads: decoder.num_attention_heads,
        headWidth: decoder.hidden_size / decoder.num_attention_heads,
        // As audiocraft draws them.
        ...{ topK: 250, temperature: 1 },
      },
      conditioning: wordFacts(words.d_model),
      // A take is minutes of work; nothing of a neighbour can be begun with.
      defaults: {
        ...defaults,
        sampler: 'tokens',
        steps: 1,
        duration: 5,
        start: 0,
        candidates: 1,
        guidance: 3,
      },
    };
  },
};

/** Seconds that the published ones are told lengths up to. */
const LONGEST_TOLD = 384;
const T5GEMMA = 't5gemma-b-b-ul2';

const stableAudio3: Family = {
  family: 'stable-audio-3',
  title: 'Stable Audio 3',
  parts: {
    textEncoder: T5GEMMA,
    conditioner: '',
    dit: '',
    autoencoderEncoder: '',
    autoencoderDecoder: '',
  },
  configFiles: { '': 'model_config.json' },
  tokenizers: [T5GEMMA],
  describe(configs) {
    const {
      sample_rate: sampleRate,
      sample_size: samples,
      model,
    } = stableAudioConfigSchema.parse(configs['']);
    const { diffusion, pretransform, conditioning } = model;
    const { latent_dim: channels, downsampling_ratio: samplesPerFrame, encoder } = pretransform.config;
    const [told] = conditioning.configs.filter(({ id }) => id === 'seconds_total');
    const lengthSeconds = told?.config.max_val ?? LONGEST_TOLD;
    const isDistilled = diffusion.diffusion_objective === 'rf_denoiser';
    return {
      family: 'stable-audio-3',
      audio: {
        ...{ sampleRate, channels: 2 },
        longest: Math.min(lengthSeconds, samples === undefined ? Infinity : samples / sampleRate),
      },
      latent: {
        ...{ channels, samplesPerFrame },
        // Of what it halves and puts side by side in its layers, whole chunks go in.
        chunkFrames: encoder.config.chunk_size / (encoder.config.strides[0] ?? 1),
      },
      conditioning: {
        ...{ textTokens: 256, textDimension: diffusion.config.cond_token_dim, lengthSeconds },
        ...{ maxNeighbours: MAX_NEIGHBOURS, projected: 1 },
      },
      // One that was distilled guesses the sound at once and was taught its guidance.
      defaults: isDistilled
        ? { ...defaults, sampler: 'pingpong', steps: 8, guidance: 1 }
        : { ...defaults, sampler: 'euler', steps: 50, guidance: 7 },
    };
  },
};

const clap: Family = {
  family: 'clap',
  title: 'CLAP',
  modelType: 'clap',
  parts: { clapText: '', clapAudio: '' },
  configFiles: { '': 'config.json', processor: 'preprocessor_config.json' },
  tokenizers: [''],
  describe(configs) {
    const { projection_dim, text_config, audio_config } = clapConfigSchema.parse(configs['']);
    const heard = clapProcessorSchema
      .refine(({ truncation }) => (truncation === 'fusion') === audio_config.enable_fusion, {
        message: 'the model takes other views of a sound',
        path: ['truncation'],
      })
      .refine(({ feature_size }) => feature_size === audio_config.num_mel_bins, {
        message: 'the model takes as many bands as num_mel_bins says',
        path: ['feature_size'],
      })
      .parse(configs['processor']);
    return {
      family: 'clap',
      clap: {
        sampleRate: heard.sampling_rate,
        fftSize: heard.fft_window_size,
        hop: heard.hop_length,
        bins: heard.feature_size,
        seconds: heard.max_length_s,
        band: [heard.frequency_min, heard.frequency_max],
        fused: audio_config.enable_fusion,
      },
      conditioning: {
        clapDimension: projection_dim,
        // RoBERTa counts places from 2.
        textTokens: text_config.max_position_embeddings - 2,
      },
    };
  },
};

/** All that can be added. */
export const FAMILIES: readonly Family[] = [
  audioldm,
  audioldm2,
  reAudioldm,
  tango,
  audiogen,
  stableAudio3,
  clap,
];
