import { z } from 'zod';

/** A sound of the library as a row shows it. */
export const soundSchema = z.object({
  id: z.number().int(),
  /** Absolute. */
  path: z.string(),
  part: z.enum(['file', 'event', 'marker', 'region']),
  /** Seconds within the file. */
  start: z.number(),
  end: z.number(),
  caption: z.string(),
  captionFrom: z.string(),
  catId: z.string().nullable(),
  tags: z.array(z.string()).readonly(),
  seconds: z.number(),
  sampleRate: z.number(),
  channels: z.number(),
  bits: z.number().nullable(),
  /** Of the whole file, LUFS. */
  loudness: z.number().nullable(),
  licence: z.string(),
  author: z.string(),
  mayCondition: z.boolean(),
  rating: z.number(),
  favourite: z.boolean(),
  synthetic: z.boolean(),
  stage: z.enum(['listed', 'read', 'analysed']),
  missing: z.boolean(),
  problem: z.string().nullable(),
});
export type Sound = z.infer<typeof soundSchema>;

export const foundSoundSchema = soundSchema.extend({
  /** Cosine; null where it was found by its words or listed. */
  similarity: z.number().nullable(),
  matchedBy: z.enum(['caption', 'audio', 'words', 'filter']),
});

/** Everything that the inspector shows of a sound. */
export const shownSoundSchema = soundSchema.extend({
  decided: z.array(z.string()).readonly(),
  collections: z.array(z.string()).readonly(),
  suggested: z.object({
    categories: z.array(z.object({ catId: z.string(), confidence: z.number() })).readonly(),
    tags: z.array(z.object({ tag: z.string(), confidence: z.number() })).readonly(),
  }),
});
export type ShownSound = z.infer<typeof shownSoundSchema>;
