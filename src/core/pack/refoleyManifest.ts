import { z } from 'zod';
import {
  aboutSchema,
  count,
  defaultsSchema,
  distilledSchema,
  fileSchema,
  melAudioSchema,
  melLatentSchema,
  scheduleSchema,
  tokenizerSchema,
} from './facts.ts';

const graph = fileSchema.extend({
  parameters: z.number().int().nonnegative(),
  /** How weights are stored; they are expanded to fp32 when the session is created. */
  storage: z.enum(['fp32', 'fp16', 'int8']),
  /** Largest absolute difference from the torch model, measured at export on random inputs. */
  maxAbsDifference: z.number().nonnegative(),
});

/** Models that training/ exported: a Re-AudioLDM, and the CLAP towers that hear the library. */
export const refoleyManifestSchema = aboutSchema.extend({
  format: z.literal(1),
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
  tokenizer: tokenizerSchema,
  audio: melAudioSchema.extend({
    fbankBins: count,
    fbankFrames: count,
  }),
  latent: melLatentSchema,
  conditioning: z.object({
    clapDimension: count,
    audioTokens: count,
    audioDimension: count,
    textTokens: count,
    textDimension: count,
    maxNeighbours: count,
    /** Was the UNet shown neighbours when it was trained? Where not, they are mixed into the prompt. */
    attendsNeighbours: z.boolean().default(true),
    /** Does the UNet take the sound's length in seconds, or only the take's? */
    soundLength: z.boolean().default(false),
  }),
  scheduler: scheduleSchema,
  defaults: defaultsSchema,
  distilled: distilledSchema.optional(),
  /**
   * Cosine similarities of the two retrieval paths, measured on unrelated pairs of the validation split, so that
   * a caption match and an audio match can be ranked together: z = (cosine - mean) / std.
   */
  similarity: z.object({
    textToText: z.object({ mean: z.number(), std: z.number().positive() }),
    textToAudio: z.object({ mean: z.number(), std: z.number().positive() }),
  }),
});
export type RefoleyManifest = z.infer<typeof refoleyManifestSchema>;

/** The parts of such a pack, each one ONNX graph. Shapes: docs of `GraphRunner` in ../pipeline/parts.ts. */
export const REFOLEY_PARTS = Object.keys(
  refoleyManifestSchema.shape.graphs.shape,
) as (keyof RefoleyManifest['graphs'])[];
