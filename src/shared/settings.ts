import { z } from 'zod';
import { bitsSchema } from '#core/audio/bits.ts';
import { guidanceIntervalSchema } from '#core/diffusion/guidanceInterval.ts';
import { highBands, retrievalModes } from '#core/pipeline/recipe.ts';
import { sourceRefSchema } from './channels/common.ts';
import { providerSettings } from './provider.ts';

/** Options of the prompt bar under a name. */
export const presetSchema = z.object({
  name: z.string().min(1).max(80),
  duration: z.number(),
  variations: z.number().int(),
  quality: z.enum(['fast', 'fine']),
  steps: z.number().int().nullable(),
  guidance: z.number().nullable(),
  libraryGuidance: z.number().nullable(),
  guidanceInterval: guidanceIntervalSchema.nullable().default(null),
  start: z.number().nullable().default(0),
  candidates: z.number().int().nullable().default(null),
  retrieval: z.enum(retrievalModes),
  k: z.number().int(),
});
export type Preset = z.infer<typeof presetSchema>;

/** What the user chose for the app on this machine. Each field falls back by itself where a file of it is damaged. */
export const settingsSchema = z.object({
  theme: z.enum(['system', 'dark', 'light']).catch('dark'),
  /** Factor. */
  zoom: z.number().min(0.5).max(3).catch(1),
  /** Hz and bits of new takes. */
  sampleRate: z.union([z.literal(44_100), z.literal(48_000), z.literal(96_000)]).catch(48_000),
  bits: bitsSchema.catch(24),
  /** What new takes have above the band of the models. */
  highBand: z.enum(highBands).catch('neighbours'),
  /** Name of the pack that new takes are made with. */
  pack: z.string().catch('starter'),
  /** Name of the pack that hears the library; '' for the one of the takes, or the one that ships beside a checkpoint of others. */
  ears: z.string().catch(''),
  /** What it is run with. */
  provider: z.enum(providerSettings).catch('auto'),
  /** Device id of the audio output; '' for the system's. */
  output: z.string().catch(''),
  /** For UCS file names. */
  creatorId: z.string().max(40).catch(''),
  sourceId: z.string().max(40).catch(''),
  /** Folder that the send key copies to; '' for none. */
  sendFolder: z.string().catch(''),
  /** Recipes and takes that were opened, the last first. */
  recent: z.array(z.string()).max(10).catch([]),
  presets: z.array(presetSchema).max(200).catch([]),
  /** What is open in the editor. */
  editing: sourceRefSchema.nullable().catch(null),
  /** Whether a sound plays when it is selected with the arrows. */
  auditionOnMove: z.boolean().catch(true),
  /** Panels: widths in pixels. */
  layout: z
    .object({
      library: z.number().min(180).max(900).catch(300),
      inspector: z.number().min(200).max(700).catch(300),
      libraryOpen: z.boolean().catch(true),
      inspectorOpen: z.boolean().catch(true),
    })
    .catch({ library: 300, inspector: 300, libraryOpen: true, inspectorOpen: true }),
  /** The library's view: width in pixels of the folders, the columns from left to right, and rows or cards. */
  browser: z
    .object({
      side: z.number().min(160).max(600).catch(210),
      columns: z.array(z.object({ id: z.string(), width: z.number().min(40).max(1200) })).max(20),
      cards: z.boolean(),
    })
    .catch({ side: 210, columns: [], cards: false }),
});
export type Settings = z.infer<typeof settingsSchema>;
export const defaultSettings: Settings = settingsSchema.parse({ layout: {} });
