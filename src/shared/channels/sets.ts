import { z } from 'zod';
import { recipeSchema } from '#core/pipeline/recipe.ts';
import { channel } from '../channel.ts';
import { jobStates, takeSettingsSchema } from '../take.ts';
import { done, id, ids, nothing } from './common.ts';

const file = z.object({ file: z.string() });

/** What a table holds, before it is made. */
const batchRowSchema = z.object({
  /** Of the file, from 1. */
  line: z.number().int(),
  set: z.string(),
  /** Its beginning, where it is long. */
  prompt: z.string(),
  /** Seconds; null leaves it to the prompt bar. */
  duration: z.number().nullable(),
  variations: z.number().int(),
  seed: z.number().int(),
});
export type BatchRow = z.infer<typeof batchRowSchema>;

/** A row that is in the queue, or was. */
const batchJobSchema = z.object({
  id,
  batch: z.string(),
  set: z.string(),
  prompt: z.string(),
  state: z.enum(jobStates),
  variations: z.number().int(),
  made: z.number().int(),
  problem: z.string().nullable(),
});
export type BatchJob = z.infer<typeof batchJobSchema>;

const openedRecipeSchema = z.object({
  recipe: recipeSchema.omit({ neighbours: true, passedOver: true, passedOverCount: true }),
  /** Its neighbours that are in the library. */
  pins: z.array(z.object({ id, weight: z.number() })).readonly(),
  missing: z.array(z.object({ name: z.string(), caption: z.string(), reason: z.string() })).readonly(),
  /** What of its pack is not here, if anything. */
  packProblem: z.string().nullable(),
});
export type OpenedRecipe = z.infer<typeof openedRecipeSchema>;

/** Several takes at once: sets that are named and matched, tables of prompts; and recipes as files. */
export const setChannels = {
  /** Copies takes to a folder under UCS names, in a row and at one level. */
  'sets.export': channel(
    z.object({
      takes: ids,
      folder: z.string(),
      catId: z.string(),
      fxName: z.string().max(500),
      creatorId: z.string().max(40),
      sourceId: z.string().max(40),
      match: z.boolean(),
    }),
    z
      .array(
        z.object({
          takeId: id,
          path: z.string(),
          /** dB. */
          gain: z.number(),
          /** LUFS; null for silence. */
          loudness: z.number().nullable(),
        }),
      )
      .readonly(),
  ),
  /** CatIDs that a text may mean, the likeliest first. */
  'categories.suggest': channel(z.object({ text: z.string().max(2000) }), z.array(z.string()).readonly()),
  'batch.read': channel(file, z.array(batchRowSchema).readonly()),
  /** Puts every row of a table into the queue; how many. */
  'batch.start': channel(
    file.extend({ settings: takeSettingsSchema.omit({ prompt: true, seed: true }) }),
    z.object({ rows: z.number().int() }),
  ),
  'batch.rows': channel(nothing, z.array(batchJobSchema).readonly()),
  'batch.cancel': channel(nothing, done),
  'batch.clear': channel(nothing, done),
  'recipes.open': channel(file, openedRecipeSchema),
  /** Its path. */
  'recipes.save': channel(file.extend({ take: id }), z.object({ path: z.string() })),
} as const;
export type SetChannels = typeof setChannels;
