import { z } from 'zod';
import { soundSchema } from './sound.ts';

/** A sound that will condition a take, with why it was chosen. */
export const neighbourSchema = z.object({
  sound: soundSchema,
  /** Cosine between the prompt and the caption, or the audio where `matchedBy` says so. */
  similarity: z.number(),
  matchedBy: z.enum(['caption', 'audio']),
  /** Words that the prompt and the caption have in common. */
  sharedWords: z.array(z.string()).readonly(),
  weight: z.number(),
  pinned: z.boolean(),
});
export type Neighbour = z.infer<typeof neighbourSchema>;

/** A nearer sound whose terms or file keep it from conditioning. */
export const passedOverSchema = z.object({ sound: soundSchema, reason: z.string() });
export type PassedOver = z.infer<typeof passedOverSchema>;

const pinSchema = z.object({
  id: z.number().int(),
  weight: z.number().positive().max(100).default(1),
});
export const choiceSchema = z.object({
  pins: z.array(pinSchema).max(64).default([]),
  bans: z.array(z.number().int()).max(1000).default([]),
});
