import { z } from 'zod';
import { searchModes } from '#core/text/searchQuery.ts';
import { byFolder, soundOrders } from '#core/text/soundOrder.ts';
import { channel } from '../channel.ts';
import { foundSoundSchema, shownSoundSchema, soundSchema } from '../sound.ts';
import { audioRefSchema, done, id, ids, nothing, page } from './common.ts';

const soundPage = z.object({
  results: z.array(foundSoundSchema).readonly(),
  next: z.number().int().nullable(),
  total: z.number().int().nullable(),
  ms: z.number(),
});

const scanReport = z.object({
  added: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  missing: z.number(),
  failed: z.array(z.object({ path: z.string(), kind: z.string(), message: z.string() })).readonly(),
  seconds: z.number(),
});

/** Names what takes a change of sounds back, which the engine keeps: of 10,000 sounds it is megabytes. */
const undo = z.number().int();

/** Which sounds a list has: fields of the query language, and an order. */
const listed = {
  filter: z.string().max(2000).default(''),
  order: z.object({ by: z.enum(soundOrders), descending: z.boolean() }).default(byFolder),
};
/** As many as one edit changes. */
export const MOST_IDS = 10_000;

export const sourceSchema = z.object({
  id,
  path: z.string(),
  kind: z.enum(['folder', 'starter']),
  offline: z.boolean(),
  /** Files, and those of them that are analysed, cannot be read, or are gone. */
  files: z.number().int(),
  analysed: z.number().int(),
  problems: z.number().int(),
  missing: z.number().int(),
});
export type Source = z.infer<typeof sourceSchema>;

/** Folders, searches, and what the user says about sounds. */
export const libraryChannels = {
  'library.sources': channel(nothing, z.array(sourceSchema).readonly()),
  'library.add': channel(z.object({ folder: z.string() }), scanReport),
  'library.rescan': channel(z.object({ folder: z.string().optional() }), scanReport),
  'library.remove': channel(z.object({ folder: z.string() }), z.object({ removed: z.number().int() })),
  'library.search': channel(
    z.object({ ...page, text: z.string().max(2000), mode: z.enum(searchModes) }),
    soundPage,
  ),
  'library.similar': channel(
    z.object({
      ...page,
      /** A sound, a take, or the path of a file that need not be in the library. */
      to: z.union([audioRefSchema, z.object({ file: z.string() })]),
      more: z.array(audioRefSchema).max(50).default([]),
      less: z.array(audioRefSchema).max(50).default([]),
      filter: z.string().max(2000).default(''),
    }),
    soundPage,
  ),
  'library.list': channel(
    z.object({ ...page, ...listed }),
    z.object({ results: z.array(soundSchema).readonly(), total: z.number().int() }),
  ),
  /** The ids of a stretch of such a list, for what is done to more sounds than are shown. */
  'library.ids': channel(
    z.object({ ...listed, limit: z.number().int().min(1).max(MOST_IDS), offset: page.offset }),
    z.instanceof(Int32Array),
  ),
  /** Those of the ids that are sounds. */
  'library.sounds': channel(
    z.object({ ids: z.array(id).max(500) }),
    z.object({ results: z.array(soundSchema).readonly() }),
  ),
  /** Where sounds lie by how they sound, from a row of the map on; see `MapPart`. */
  'library.map': channel(
    z.object({ from: z.number().int().min(0) }),
    z.object({
      epoch: z.number().int(),
      total: z.number().int(),
      ids: z.instanceof(Int32Array),
      points: z.instanceof(Float32Array),
      categories: z.instanceof(Uint8Array),
    }),
  ),
  /** How well each subcategory of the UCS is covered, in the order of the standard. */
  'library.coverage': channel(
    nothing,
    z
      .array(
        z.object({
          catId: z.string(),
          /** Sounds that are near to it or known to be of it; beyond ten they are not counted. */
          near: z.number().int(),
          verdict: z.enum(['none', 'thin', 'fair', 'good']),
        }),
      )
      .readonly(),
  ),
  'library.show': channel(z.object({ id }), shownSoundSchema),
  'library.edit': channel(
    z.object({
      ids,
      edit: z
        .object({
          caption: z.string(),
          catId: z.string(),
          tags: z.array(z.string()),
          addTags: z.array(z.string()),
          removeTags: z.array(z.string()),
          licence: z.string(),
          author: z.string(),
          mayCondition: z.boolean(),
          rating: z.number(),
          favourite: z.boolean(),
        })
        .partial(),
    }),
    z.object({ undo }),
  ),
  'library.undo': channel(z.object({ undo }), z.object({ undo })),
  'collections.list': channel(
    nothing,
    z.array(z.object({ id, name: z.string(), sounds: z.number().int() })).readonly(),
  ),
  'collections.create': channel(z.object({ name: z.string() }), done),
  'collections.delete': channel(z.object({ name: z.string() }), done),
  /** The ids that this was news for: those that its undo takes out, or puts in, again. */
  'collections.add': channel(
    z.object({ name: z.string(), ids }),
    z.object({ changedIds: z.array(id).readonly() }),
  ),
  'collections.remove': channel(
    z.object({ name: z.string(), ids }),
    z.object({ changedIds: z.array(id).readonly() }),
  ),
  /** Their ids. */
  'collections.sounds': channel(z.object({ name: z.string() }), z.instanceof(Int32Array)),
  'searches.list': channel(
    nothing,
    z.array(z.object({ name: z.string(), text: z.string(), mode: z.enum(searchModes) })).readonly(),
  ),
  'searches.save': channel(z.object({ name: z.string(), text: z.string(), mode: z.enum(searchModes) }), done),
  'searches.delete': channel(z.object({ name: z.string() }), done),
} as const;
export type LibraryChannels = typeof libraryChannels;
