import { z } from 'zod';
import { count } from '../pack/facts.ts';

/** What authors publish beside their weights, in diffusers' layout; only what a pack needs of it. */

export const indexSchema = z.looseObject({ _class_name: z.string() });

/** scheduler_config.json, with the values that diffusers takes for what is left out. */
export const schedulerConfigSchema = z.looseObject({
  num_train_timesteps: count.default(1000),
  beta_start: z.number().positive().default(0.0001),
  beta_end: z.number().positive().default(0.02),
  beta_schedule: z.enum(['linear', 'scaled_linear', 'squaredcos_cap_v2']).default('linear'),
  prediction_type: z.enum(['epsilon', 'v_prediction']).default('epsilon'),
  timestep_spacing: z.enum(['leading', 'trailing', 'linspace', 'usual']).default('usual'),
  steps_offset: z.number().int().nonnegative().default(0),
  set_alpha_to_one: z.boolean().default(true),
  trained_betas: z.null().default(null),
});

export const unetConfigSchema = z.looseObject({
  in_channels: count,
  block_out_channels: z.array(count).nonempty(),
});

/** Of a T5. */
export const wordsConfigSchema = z.looseObject({ d_model: count });

/** config.json of AudioGen in the layout of transformers' MusicGen. */
export const musicgenConfigSchema = z.looseObject({
  text_encoder: wordsConfigSchema,
  decoder: z.looseObject({
    num_codebooks: count,
    vocab_size: count,
    num_hidden_layers: count,
    num_attention_heads: count,
    hidden_size: count,
  }),
  audio_encoder: z.looseObject({ sampling_rate: count, upsampling_ratios: z.array(count).nonempty() }),
});

export const vaeConfigSchema = z.looseObject({
  block_out_channels: z.array(count).nonempty(),
  latent_channels: count,
  scaling_factor: z.number().positive(),
});

export const vocoderConfigSchema = z.looseObject({
  model_in_dim: count,
  sampling_rate: count,
  upsample_rates: z.array(count).nonempty(),
});

/** model_config.json of Stable Audio 3. */
export const stableAudioConfigSchema = z.looseObject({
  sample_rate: count,
  /** Samples that it was trained on. */
  sample_size: count.optional(),
  model: z.looseObject({
    diffusion: z.looseObject({
      diffusion_objective: z.enum(['rf_denoiser', 'rectified_flow']).default('rf_denoiser'),
      config: z.looseObject({ cond_token_dim: count }),
    }),
    pretransform: z.looseObject({
      config: z.looseObject({
        io_channels: z.literal(2),
        latent_dim: count,
        downsampling_ratio: count,
        encoder: z.looseObject({
          config: z.looseObject({ chunk_size: count, strides: z.array(count).nonempty() }),
        }),
      }),
    }),
    conditioning: z
      .looseObject({
        configs: z.array(
          z.looseObject({
            id: z.string(),
            config: z.looseObject({ max_val: z.number().positive().optional() }),
          }),
        ),
      })
      .default({ configs: [] }),
  }),
});

/** config.json of a CLAP. */
export const clapConfigSchema = z.looseObject({
  projection_dim: count.default(512),
  text_config: z.looseObject({ max_position_embeddings: count.default(514) }),
  audio_config: z.looseObject({ num_mel_bins: count.default(64), enable_fusion: z.boolean().default(false) }),
});

/** preprocessor_config.json of a CLAP, with the values that ClapFeatureExtractor takes for what is left out. */
export const clapProcessorSchema = z.looseObject({
  // The tower takes as many frames as these make.
  sampling_rate: z.literal(48_000).default(48_000),
  hop_length: z.literal(480).default(480),
  max_length_s: z.literal(10).default(10),
  feature_size: count.default(64),
  fft_window_size: count.default(1024),
  frequency_min: z.number().nonnegative().default(0),
  frequency_max: z.number().positive().default(14_000),
  truncation: z.enum(['fusion', 'rand_trunc']).default('fusion'),
  padding: z.literal('repeatpad').default('repeatpad'),
  top_db: z.null().default(null),
});

/** The `scheduler` of a pack's manifest. */
export function scheduleOf(config: z.infer<typeof schedulerConfigSchema>) {
  return {
    trainTimesteps: config.num_train_timesteps,
    betaSchedule: config.beta_schedule,
    betaStart: config.beta_start,
    betaEnd: config.beta_end,
    predictionType: config.prediction_type,
    timestepSpacing: config.timestep_spacing,
    stepsOffset: config.steps_offset,
    setAlphaToOne: config.set_alpha_to_one,
    shift: 1,
  };
}
