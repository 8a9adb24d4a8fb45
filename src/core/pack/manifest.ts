import { z } from 'zod';

/** Ways to denoise; `distilled` where the pack has that mode. */
export const samplers = ['ddim', 'dpmpp', 'distilled'] as const;
export type Sampler = (typeof samplers)[number];

/** The parts of a pack, each one ONNX graph. Shapes: docs of `PARTS` in ../pipeline/parts.ts. */
export const PART_NAMES = [
  'textEncoder',
  'clapText',
  'clapAudio',
  'audioMae',
  'unet',
  'vaeEncoder',
  'vaeDecoder',
  'vocoder',
] as const;
export type PartName = (typeof PART_NAMES)[number];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex');
/** A file of the pack: a plain name, so that no manifest can point outside its folder. */
const file = z.object({ file: z.string().regex(/^[\w.-]+$/), sha256, bytes: z.number().int().positive() });

const graph = file.extend({
  parameters: z.number().int().nonnegative(),
  /** How weights are stored; they are expanded to fp32 when the session is created. */
  storage: z.enum(['fp32', 'fp16', 'int8']),
  /** Largest absolute difference from the torch model, measured at export on random inputs. */
  maxAbsDifference: z.number().nonnegative(),
});

export const packManifestSchema = z.object({
  format: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  version: z.string(),
  description: z.string(),
  licence: z.string(),
  attributions: z.array(
    z.object({ what: z.string(), author: z.string(), licence: z.string(), source: z.string() }),
  ),
  graphs: z.object({
    textEncoder: graph,
    clapText: graph,
    clapAudio: graph,
    audioMae: graph,
    unet: graph,
    vaeEncoder: graph,
    vaeDecoder: graph,
    vocoder: graph,
  }),
  tokenizer: file.extend({ config: file }),
  audio: z.object({
    sampleRate: z.number().int().positive(),
    fftSize: z.number().int().positive(),
    hop: z.number().int().positive(),
    melBins: z.number().int().positive(),
    fbankBins: z.number().int().positive(),
    fbankFrames: z.number().int().positive(),
    logFloor: z.number().positive(),
  }),
  latent: z.object({
    channels: z.number().int().positive(),
    frequency: z.number().int().positive(),
    compression: z.number().int().positive(),
    /** The latent length (frames) must be a multiple of this. */
    timeMultiple: z.number().int().positive(),
  }),
  conditioning: z.object({
    clapDimension: z.number().int().positive(),
    audioTokens: z.number().int().positive(),
    audioDimension: z.number().int().positive(),
    textTokens: z.number().int().positive(),
    textDimension: z.number().int().positive(),
    maxNeighbours: z.number().int().positive(),
    /** Does the UNet take the sound's length in seconds, or only the take's? */
    soundLength: z.boolean().default(false),
  }),
  scheduler: z.object({
    trainTimesteps: z.number().int().positive(),
    betaSchedule: z.enum(['squaredcos_cap_v2', 'scaled_linear', 'linear']),
    betaStart: z.number().positive(),
    betaEnd: z.number().positive(),
    predictionType: z.enum(['epsilon', 'v_prediction']),
    timestepSpacing: z.enum(['leading', 'trailing', 'linspace']),
    /** Crowds trailing timesteps where the noise is strong (Esser et al., 2024, eq. 23); 1 leaves them even. */
    shift: z.number().min(1).max(20).default(1),
  }),
  defaults: z.object({
    duration: z.number().positive(),
    steps: z.number().int().positive(),
    sampler: z.enum(samplers),
    guidance: z.number(),
    libraryGuidance: z.number(),
    k: z.number().int().nonnegative(),
    /** How much of the way a neighbour goes (`start` of a recipe). */
    start: z.number().min(0).max(1).default(0),
    /** How many are made of each take, of which the best is kept. */
    candidates: z.number().int().positive().default(1),
  }),
  /** A mode of the UNet that needs few steps and no guidance branches (training/refoley_training/train/distill.py). */
  distilled: z
    .object({
      steps: z.number().int().positive(),
      /** Added to the timestep that the UNet is told. */
      timestepOffset: z.number().int().nonnegative(),
      /** The weights that it was taught; others have no effect. */
      guidance: z.number(),
      libraryGuidance: z.number(),
      start: z.number().min(0).max(1).default(0),
      candidates: z.number().int().positive().default(1),
    })
    .optional(),
  /**
   * Cosine similarities of the two retrieval paths, measured on unrelated pairs of the validation split, so that
   * a caption match and an audio match can be ranked together: z = (cosine - mean) / std.
   */
  similarity: z.object({
    textToText: z.object({ mean: z.number(), std: z.number().positive() }),
    textToAudio: z.object({ mean: z.number(), std: z.number().positive() }),
  }),
});
export type PackManifest = z.infer<typeof packManifestSchema>;
