import { z } from 'zod';
import { deliverySchema } from '#core/export/delivery.ts';
import { exportedFileSchema } from '#core/export/exportedFile.ts';
import { handOffs } from '#core/export/handOff.ts';
import { shownFileSchema } from '#core/export/shownFile.ts';
import { channel } from '../channel.ts';
import { audioRefSchema } from './common.ts';

const text = z.string().max(500).optional();

/** How sounds are to leave, whatever they are. */
export const exportOptionsSchema = z.object({
  folder: z.string().min(1),
  delivery: deliverySchema.prefault({}),
  /** Of names; unless given, that of UCS where all have a CatID, else the name that a sound has. */
  template: text,
  /** A file for each region, for each layer. */
  regions: z.boolean().default(false),
  layers: z.boolean().default(false),
  /** Name of a sheet of what was exported, without extension. */
  sheet: z.string().trim().min(1).max(200).optional(),
  /** Files for a DAW. */
  handOff: z.array(z.enum(handOffs)).default([]),
});
export type ExportOptions = z.input<typeof exportOptionsSchema>;

/** Sounds, takes and edits as files for delivery, and where a file came from. */
export const deliveryChannels = {
  'delivery.export': channel(
    exportOptionsSchema.extend({
      refs: z.array(audioRefSchema).min(1).max(10_000),
      /** Said of all of them, in place of what each says of itself. */
      said: z
        .object({
          ...{ description: z.string().max(2000).optional(), title: text, catId: text, creatorId: text },
          ...{ sourceId: text, author: text, licence: text },
        })
        .default({}),
    }),
    z.object({
      files: z.array(exportedFileSchema).readonly(),
      /** Paths of sheets and files for a DAW. */
      sheets: z.array(z.string()).readonly(),
    }),
  ),
  'delivery.show': channel(z.object({ ref: audioRefSchema }), shownFileSchema),
  /** Writes a page of where a sound came from; its path. */
  'delivery.sheet': channel(
    z.object({ ref: audioRefSchema, file: z.string().min(1) }),
    z.object({ path: z.string() }),
  ),
} as const;
export type DeliveryChannels = typeof deliveryChannels;
