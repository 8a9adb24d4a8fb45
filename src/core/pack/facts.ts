import { z } from 'zod';

/** What every manifest says, whatever its models are. */

/** Ways to denoise, and to draw tokens; which of them a pack has, `abilitiesOf` says. */
export const samplers = ['ddim', 'dpmpp', 'distilled', 'euler', 'pingpong', 'tokens'] as const;
export type Sampler = (typeof samplers)[number];

export const count = z.number().int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex');
/** A file of the pack: a plain name, so that no manifest can point outside its folder. */
export const fileSchema = z.object({
  file: z.string().regex(/^[\w.-]+$/),
  sha256,
  bytes: count,
});
export const tokenizerSchema = fileSchema.extend({ config: fileSchema });

export const aboutSchema = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  version: z.string(),
  description: z.string(),
  licence: z.string(),
  attributions: z.array(
    z.object({ what: z.string(), author: z.string(), licence: z.string(), source: z.string() }),
  ),
});

/** The front end and the waveform of models that work on log-mel spectrograms. */
export const melAudioSchema = z.object({
  sampleRate: count,
  fftSize: count,
  hop: count,
  melBins: count,
  logFloor: z.number().positive(),
});

export const melLatentSchema = z.object({
  channels: count,
  frequency: count,
  compression: count,
  /** The latent length (frames) must be a multiple of this. */
  timeMultiple: count,
});

export const scheduleSchema = z.object({
  trainTimesteps: count,
  betaSchedule: z.enum(['squaredcos_cap_v2', 'scaled_linear', 'linear']),
  betaStart: z.number().positive(),
  betaEnd: z.number().positive(),
  predictionType: z.enum(['epsilon', 'v_prediction']),
  /** `usual`: as diffusers has it where nothing is said, which differs between samplers. */
  timestepSpacing: z.enum(['leading', 'trailing', 'linspace', 'usual']),
  /** Added to "leading" timesteps. */
  stepsOffset: z.number().int().nonnegative().default(0),
  /** Whether DDIM's last step ends without any noise, or with that of the first training timestep. */
  setAlphaToOne: z.boolean().default(true),
  /** Crowds trailing timesteps where the noise is strong (Esser et al., 2024, eq. 23); 1 leaves them even. */
  shift: z.number().min(1).max(20).default(1),
});

export const defaultsSchema = z.object({
  duration: z.number().positive(),
  steps: count,
  sampler: z.enum(samplers),
  guidance: z.number(),
  libraryGuidance: z.number(),
  k: z.number().int().nonnegative(),
  /** How much of the way a neighbour goes (`start` of a recipe). */
  start: z.number().min(0).max(1).default(0),
  /** How many are made of each take, of which the best is kept. */
  candidates: count.default(1),
});

/** A mode of the UNet that needs few steps and no guidance branches (training/refoley_training/train/distill.py). */
export const distilledSchema = z.object({
  steps: count,
  /** Added to the timestep that the UNet is told. */
  timestepOffset: z.number().int().nonnegative(),
  /** The weights that it was taught; others have no effect. */
  guidance: z.number(),
  libraryGuidance: z.number(),
  start: z.number().min(0).max(1).default(0),
  candidates: count.default(1),
});
