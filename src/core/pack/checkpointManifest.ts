import { z } from 'zod';
import {
  aboutSchema,
  count,
  defaultsSchema,
  fileSchema,
  melAudioSchema,
  melLatentSchema,
  scheduleSchema,
  tokenizerSchema,
} from './facts.ts';

/** A path below the checkpoint's folder: forward slashes, and no way out of it. */
const inside = z.string().regex(/^(?!.*(^|\/)\.\.(\/|$))[^/\\:][^\\:]*$/, 'a path within the checkpoint');

/** The authors' own file, which stays where the user has it. */
const weightsSchema = z.object({
  file: inside,
  sha256: fileSchema.shape.sha256,
  bytes: count,
  /** When it was last changed, in ms since 1970; it is hashed again when that differs. */
  modified: z.number(),
});

const partSchema = z.object({
  /** Of the checkpoint; '' where the part is all of it. */
  folder: z.union([z.literal(''), inside]),
  /** An ONNX graph whose weights are taken from the files of that folder; in the pack, compressed by gzip. */
  template: fileSchema,
  parameters: z.number().int().nonnegative(),
  weights: z.array(weightsSchema).nonempty(),
});
export type CheckpointPart = z.infer<typeof partSchema>;

const published = aboutSchema.extend({
  format: z.literal(2),
  /** Folder with the authors' files, as an absolute path. */
  checkpoint: z.string(),
  tokenizer: tokenizerSchema,
  /** Of a second text encoder. */
  tokenizer2: tokenizerSchema.optional(),
});

/** Of what makes takes. */
const shared = published.extend({
  defaults: defaultsSchema,
  distilled: z.undefined().optional(),
});

const parts = <const Names extends readonly string[]>(names: Names) =>
  z.object(
    Object.fromEntries(names.map((name) => [name, partSchema])) as Record<Names[number], typeof partSchema>,
  );

/** AudioLDM (Liu et al., 2023) as diffusers publishes it: the CLAP embedding of the text is all that the UNet is told. */
export const audioldmSchema = shared.extend({
  family: z.literal('audioldm'),
  scheduler: scheduleSchema,
  parts: parts(['textEncoder', 'unet', 'vaeEncoder', 'vaeDecoder', 'vocoder']),
  audio: melAudioSchema,
  latent: melLatentSchema.extend({
    /** What the VAE's latents are multiplied by before they are noised. */
    scale: z.number().positive(),
  }),
  conditioning: z.object({
    clapDimension: count,
    textTokens: count,
    maxNeighbours: count,
  }),
});
export type AudioldmManifest = z.infer<typeof audioldmSchema>;

/** How a CLAP checkpoint hears: `ClapFormat` of ../dsp/clapMel.ts. */
const clapFormatSchema = z.object({
  sampleRate: count,
  fftSize: count,
  hop: count,
  bins: count,
  seconds: z.number().positive(),
  band: z.tuple([z.number(), z.number()]),
  fused: z.boolean(),
});

/** AudioLDM 2 (Liu et al., 2024): a language model turns CLAP's and T5's view of the text into what the UNet attends to. */
export const audioldm2Schema = shared.extend({
  family: z.literal('audioldm2'),
  scheduler: scheduleSchema,
  parts: parts([
    'clapText',
    'clapAudio',
    'textEncoder2',
    'projectionModel',
    'languageModel',
    'unet',
    'vaeEncoder',
    'vaeDecoder',
    'vocoder',
  ]),
  tokenizer2: tokenizerSchema,
  audio: melAudioSchema,
  latent: audioldmSchema.shape.latent,
  clap: clapFormatSchema,
  conditioning: z.object({
    clapDimension: count,
    textTokens: count,
    /** Of T5. */
    wordTokens: count,
    wordDimension: count,
    /** Of the language model, and how many of its states it is asked for. */
    stateDimension: count,
    generatedStates: count,
    maxNeighbours: count,
  }),
});
export type Audioldm2Manifest = z.infer<typeof audioldm2Schema>;

/** What a T5 of its own tells a model. */
const wordsSchema = z.object({
  textTokens: count,
  textDimension: count,
  maxNeighbours: count,
});

/** Tango (Ghosal et al., 2023): the UNet attends to FLAN-T5's states of the text. */
export const tangoSchema = shared.extend({
  family: z.literal('tango'),
  scheduler: scheduleSchema,
  parts: parts(['textEncoder', 'unet', 'vaeEncoder', 'vaeDecoder', 'vocoder']),
  audio: melAudioSchema,
  latent: audioldmSchema.shape.latent,
  conditioning: wordsSchema,
});
export type TangoManifest = z.infer<typeof tangoSchema>;

/** AudioGen (Kreuk et al., 2023) as audiocraft has it: a language model over the tokens of a codec. */
export const audiogenSchema = shared.extend({
  family: z.literal('audiogen'),
  parts: parts(['textEncoder', 'decoder', 'codecDecoder']),
  audio: z.object({
    sampleRate: count,
    /** Seconds of the longest take. */
    longest: z.number().positive(),
  }),
  tokens: z.object({
    codebooks: count,
    /** Of a codebook. */
    vocabulary: count,
    samplesPerFrame: count,
    layers: count,
    heads: count,
    headWidth: count,
    /** Among how many of the likeliest one is drawn. */
    topK: count,
    temperature: z.number().positive(),
  }),
  conditioning: wordsSchema,
});
export type AudiogenManifest = z.infer<typeof audiogenSchema>;

/** Re-AudioLDM (Yuan et al., 2023) at the paper's sizes, as training/refoley_training/realdm exports it: its UNet attends to neighbours. */
export const reAudioldmSchema = shared.extend({
  family: z.literal('re-audioldm'),
  scheduler: scheduleSchema,
  parts: parts(['clapText', 'textEncoder', 'audioMae', 'unet', 'vaeEncoder', 'vaeDecoder', 'vocoder']),
  tokenizer2: tokenizerSchema,
  audio: melAudioSchema.extend({ fbankBins: count, fbankFrames: count }),
  latent: audioldmSchema.shape.latent,
  conditioning: z.object({
    clapDimension: count,
    /** Of the prompt; the others are those of a neighbour. */
    promptTokens: count,
    audioTokens: count,
    audioDimension: count,
    textTokens: count,
    textDimension: count,
    maxNeighbours: count,
  }),
});
export type ReAudioldmManifest = z.infer<typeof reAudioldmSchema>;

/** Stable Audio 3 (Evans et al., 2026): a transformer that follows a rectified flow over the latents of an autoencoder of waveforms. */
export const stableAudio3Schema = shared.extend({
  family: z.literal('stable-audio-3'),
  parts: parts(['textEncoder', 'conditioner', 'dit', 'autoencoderEncoder', 'autoencoderDecoder']),
  audio: z.object({
    sampleRate: count,
    channels: z.literal(2),
    /** Seconds of the longest take. */
    longest: z.number().positive(),
  }),
  latent: z.object({
    channels: count,
    samplesPerFrame: count,
    /** The autoencoder takes whole chunks of so many frames. */
    chunkFrames: count,
  }),
  conditioning: z.object({
    textTokens: count,
    textDimension: count,
    /** Seconds that the length of a take is told as a share of. */
    lengthSeconds: z.number().positive(),
    maxNeighbours: count,
    /** How much of what guidance only makes louder is left out. */
    projected: z.number().min(0).max(1).default(1),
  }),
});
export type StableAudio3Manifest = z.infer<typeof stableAudio3Schema>;

/** LAION-CLAP (Wu et al., 2023) as transformers publishes it: it hears a library, and makes no takes. */
export const clapSchema = published.extend({
  family: z.literal('clap'),
  parts: parts(['clapText', 'clapAudio']),
  clap: clapFormatSchema,
  conditioning: z.object({ clapDimension: count, textTokens: count }),
});
export type ClapManifest = z.infer<typeof clapSchema>;

/** Models that others publish, in the files of their authors. */
export const checkpointManifestSchema = z.discriminatedUnion('family', [
  audioldmSchema,
  audioldm2Schema,
  tangoSchema,
  audiogenSchema,
  reAudioldmSchema,
  stableAudio3Schema,
  clapSchema,
]);
export type CheckpointManifest = z.infer<typeof checkpointManifestSchema>;
