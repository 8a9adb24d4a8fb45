import { z } from 'zod';
import { bitsSchema } from '#core/audio/bits.ts';
import { guidanceIntervalSchema } from '#core/diffusion/guidanceInterval.ts';
import { samplers } from '#core/pack/facts.ts';
import { highBands, retrievalModes } from '#core/pipeline/recipe.ts';
import { choiceSchema } from './neighbour.ts';

/** How a take came from another one. */
export const descents = ['vary', 'again', 'branch', 'compare'] as const;

/** What is asked for; ranges are checked against the pack by the engine. */
export const takeSettingsSchema = z.object({
  prompt: z.string().max(2000),
  negative: z.string().max(2000).default(''),
  /** Null: a new one. */
  seed: z.number().int().nullable().default(null),
  /** Seconds. */
  duration: z.number(),
  steps: z.number().int().optional(),
  sampler: z.enum(samplers),
  guidance: z.number().optional(),
  libraryGuidance: z.number().optional(),
  /** Where both act; in all steps unless given. */
  guidanceInterval: guidanceIntervalSchema.optional(),
  /** How much of the way from noise to sound a neighbour has gone already, 0 to 0.9. */
  start: z.number().optional(),
  /** How many ways from noise to sound are tried; the best is kept. */
  candidates: z.number().int().optional(),
  /** The one of them that is wanted: unless given, the best. */
  candidate: z.number().int().optional(),
  highBand: z.enum(highBands).optional(),
  retrieval: z.enum(retrievalModes),
  k: z.number().int(),
  sampleRate: z.number().int(),
  bits: bitsSchema,
});
export type TakeSettings = z.infer<typeof takeSettingsSchema>;

export const generateSchema = choiceSchema.extend({
  settings: takeSettingsSchema,
  variations: z.number().int().min(1).max(100).default(1),
  parent: z.object({ takeId: z.number().int(), descent: z.enum(descents) }).optional(),
  /** Takes that belong together: a round robin, a row of a batch. */
  set: z.string().max(200).optional(),
  /** The table that it is a row of; rows are shown there and not among the other jobs. */
  batch: z.string().max(200).optional(),
});
/** As it is asked. */
export type Generate = z.input<typeof generateSchema>;
export type GenerateRequest = z.output<typeof generateSchema>;

export const jobStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;

export const jobSchema = z.object({
  id: z.number().int(),
  state: z.enum(jobStates),
  request: generateSchema,
  /** Takes that are finished. */
  made: z.number().int(),
  /** Why it failed, with its kind; null otherwise. */
  problem: z.object({ kind: z.string(), message: z.string() }).nullable(),
  addedAt: z.number(),
});
export type Job = z.infer<typeof jobSchema>;

export const jobProgressSchema = z.object({
  id: z.number().int(),
  /** Of the takes, from 0. */
  take: z.number().int(),
  stage: z.string(),
  /** Share of the take that is done, 0 to 1. */
  share: z.number(),
  /** Seconds left for the whole job; null before a step was measured. */
  left: z.number().nullable(),
});
export type JobProgress = z.infer<typeof jobProgressSchema>;

const takeNeighbourSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  caption: z.string(),
  licence: z.string(),
  similarity: z.number(),
  weight: z.number(),
  pinned: z.boolean(),
  /** Share of the neighbours' cross-attention, 0 to 1. */
  influence: z.number(),
});

/** A finished take. */
export const takeSchema = z.object({
  id: z.number().int(),
  jobId: z.number().int().nullable(),
  path: z.string(),
  name: z.string(),
  set: z.string().nullable(),
  prompt: z.string(),
  negative: z.string(),
  seed: z.number().int(),
  /** Seconds. */
  seconds: z.number(),
  sampleRate: z.number(),
  bits: bitsSchema,
  /** Integrated, LUFS. */
  loudness: z.number().nullable(),
  /** Cosine of the take and its prompt; null until it was listened to. */
  clap: z.number().nullable(),
  /** How near it is to the neighbour it is nearest to (cosine of how they sound); null without neighbours. */
  copy: z
    .object({
      similarity: z.number(),
      neighbour: z.number().int(),
      /** Whether it was measured what that says of two sounds; not for ears that others publish. */
      isKnown: z.boolean(),
    })
    .nullable(),
  sampler: z.enum(samplers),
  steps: z.number().int(),
  guidance: z.number(),
  libraryGuidance: z.number(),
  guidanceInterval: guidanceIntervalSchema.optional(),
  start: z.number(),
  candidates: z.number().int(),
  candidate: z.number().int(),
  highBand: z.enum(highBands),
  retrieval: z.enum(retrievalModes),
  k: z.number().int(),
  duration: z.number(),
  pack: z.string(),
  neighbours: z.array(takeNeighbourSchema).readonly(),
  starred: z.boolean(),
  parent: z.object({ takeId: z.number().int(), descent: z.enum(descents) }).nullable(),
  /** Milliseconds since 1970. */
  madeAt: z.number(),
  /** Its file is gone. */
  missing: z.boolean(),
});
export type Take = z.infer<typeof takeSchema>;
