import { z } from 'zod';
import { editListSchema } from '../edit/editList.ts';
import { recipeSchema } from '../pipeline/recipe.ts';
import { originSchema } from './delivery.ts';

const level = z.number().nullable();

/** Everything that a sound file says about itself, and what can be measured of it. */
export const shownFileSchema = z.object({
  path: z.string(),
  name: z.string(),
  sha256: z.string(),
  seconds: z.number(),
  /** Hz. */
  sampleRate: z.number(),
  channels: z.number(),
  /** Null where the coding has none. */
  bits: z.number().nullable(),
  /** Measured now: LUFS, LU, dBTP; null for silence. */
  loudness: z.object({
    integrated: level,
    range: level,
    maxMomentary: level,
    maxShortTerm: level,
    truePeak: level,
  }),
  /** Seconds since midnight at which it begins; null where it does not say. */
  time: z.number().nullable(),
  /** Seconds. */
  marks: z
    .array(
      z.object({
        start: z.number(),
        end: z.number(),
        label: z.string(),
        kind: z.enum(['marker', 'region', 'loop']),
      }),
    )
    .readonly(),
  /** Every text, by its block and name. */
  fields: z.record(z.string(), z.string()),
  /** What is odd about it. */
  notes: z.array(z.string()).readonly(),
  recipe: recipeSchema.optional(),
  edit: editListSchema.optional(),
  origin: originSchema.optional(),
});
export type ShownFile = z.output<typeof shownFileSchema>;
