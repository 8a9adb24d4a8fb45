import { z } from 'zod';

/** A file that was exported, with all that a sheet says of it. Levels are null for silence. */
export const exportedFileSchema = z.object({
  /** What it was made of: `take/12`. */
  ref: z.string(),
  name: z.string(),
  path: z.string(),
  sha256: z.string(),
  seconds: z.number(),
  sampleRate: z.number(),
  /** Null where the format has none. */
  bits: z.number().nullable(),
  channels: z.number(),
  /** Integrated, LUFS, as it was written. */
  loudness: z.number().nullable(),
  /** LU. */
  loudnessRange: z.number(),
  /** dBTP. */
  truePeak: z.number().nullable(),
  /** Where it begins on the timeline, in seconds since midnight. */
  time: z.number(),
  region: z.string(),
  layer: z.string(),
  ...{ catId: z.string(), category: z.string(), subcategory: z.string() },
  ...{ fxName: z.string(), creatorId: z.string(), sourceId: z.string() },
  description: z.string(),
  author: z.string(),
  /** Terms of use. */
  rights: z.string(),
  prompt: z.string(),
  seed: z.number().nullable(),
  pack: z.string(),
  neighbours: z.array(
    z.object({
      name: z.string(),
      sha256: z.string(),
      licence: z.string(),
      author: z.string(),
      influence: z.number(),
    }),
  ),
  /** Names of the operations of its edit, in their order. */
  edits: z.array(z.string()),
  /** Places and, with an end, regions; seconds. */
  marks: z.array(z.object({ at: z.number(), end: z.number().nullable(), label: z.string() })),
});
export type ExportedFile = z.output<typeof exportedFileSchema>;
