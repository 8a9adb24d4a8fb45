import { z } from 'zod';
import { channel } from '../channel.ts';
import { nothing } from './common.ts';

export const packSchema = z.object({
  name: z.string(),
  folder: z.string(),
  /** Null where its manifest cannot be used, for the reason in `problem`. */
  facts: z
    .object({
      version: z.string(),
      description: z.string(),
      licence: z.string(),
      sampleRate: z.number(),
      maxNeighbours: z.number().int(),
      /** Seconds. */
      defaultDuration: z.number(),
      defaults: z.object({
        steps: z.number().int(),
        guidance: z.number(),
        libraryGuidance: z.number(),
        k: z.number().int(),
      }),
      /** Steps of the fast mode, where it has one. */
      distilled: z
        .object({ steps: z.number().int(), guidance: z.number(), libraryGuidance: z.number() })
        .nullable(),
      parameters: z.number().int(),
      bytes: z.number().int(),
      attributions: z
        .array(z.object({ what: z.string(), author: z.string(), licence: z.string() }))
        .readonly(),
    })
    .nullable(),
  problem: z.string().nullable(),
});
export type Pack = z.infer<typeof packSchema>;

/** The model packs that are installed. */
export const packChannels = {
  'packs.list': channel(nothing, z.array(packSchema).readonly()),
  'packs.verify': channel(
    z.object({ name: z.string() }),
    z.array(z.object({ file: z.string(), problem: z.string().nullable() })).readonly(),
  ),
} as const;
export type PackChannels = typeof packChannels;
