import { z } from 'zod';
import { retrievalModes } from '#core/pipeline/recipe.ts';
import { searchModes } from '#core/text/searchQuery.ts';
import { channel } from './channel.ts';
import { choiceSchema, neighbourSchema, passedOverSchema } from './neighbour.ts';
import { foundSoundSchema, shownSoundSchema, soundSchema } from './sound.ts';
import { generateSchema, jobSchema, takeSchema } from './take.ts';

const id = z.number().int();
const ids = z.array(id).min(1).max(10_000);
const page = { limit: z.number().int().min(1).max(500), offset: z.number().int().min(0).default(0) };
const nothing = z.undefined();
/** Of what only has an effect. */
const done = z.void();

/** Which sound or take is meant, as `refoley://audio/<ref>` names it. */
export const audioRefSchema = z.string().regex(/^(sound|take)\/\d+$/);
export type AudioRef = `${'sound' | 'take'}/${number}`;

const soundPage = z.object({
  results: z.array(foundSoundSchema).readonly(),
  next: z.number().int().nullable(),
  total: z.number().int().nullable(),
  ms: z.number(),
});
export type SoundPage = z.infer<typeof soundPage>;

const scanReport = z.object({
  added: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  missing: z.number(),
  failed: z.array(z.object({ path: z.string(), kind: z.string(), message: z.string() })).readonly(),
  seconds: z.number(),
});
export type ScanReport = z.infer<typeof scanReport>;

/** Takes a change of sounds back; opaque to the app. */
const undo = z.unknown();

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

/** What the engine answers. */
export const engineChannels = {
  'engine.ready': channel(nothing, z.object({ sounds: z.number().int(), takes: z.number().int() })),

  'neighbours.preview': channel(
    choiceSchema.extend({
      prompt: z.string().max(2000),
      k: z.number().int().min(0).max(64),
      retrieval: z.enum(retrievalModes),
    }),
    z.object({
      neighbours: z.array(neighbourSchema).readonly(),
      passedOver: z.array(passedOverSchema).readonly(),
      ms: z.number(),
    }),
  ),

  'jobs.add': channel(generateSchema, jobSchema),
  'jobs.cancel': channel(z.object({ id }), done),
  'jobs.retry': channel(z.object({ id }), done),
  /** Takes finished, failed and cancelled jobs off the list. */
  'jobs.dismiss': channel(z.object({ id }), done),
  'jobs.list': channel(nothing, z.array(jobSchema).readonly()),

  'takes.list': channel(
    z.object({ ...page, starred: z.boolean().default(false), text: z.string().max(500).default('') }),
    z.object({ takes: z.array(takeSchema).readonly(), total: z.number().int() }),
  ),
  'takes.show': channel(z.object({ id }), takeSchema),
  'takes.update': channel(
    z.object({ ids, name: z.string().trim().min(1).max(200).optional(), starred: z.boolean().optional() }),
    z.array(takeSchema).readonly(),
  ),
  /** To the bin of the app: `takes.restore` brings them back. */
  'takes.delete': channel(z.object({ ids }), done),
  'takes.restore': channel(z.object({ ids }), done),
  /** A take with what it came from and what came from it, the oldest first. */
  'takes.family': channel(z.object({ id }), z.array(takeSchema).readonly()),
  /** Puts copies of takes into the library, as synthetic sounds. */
  'takes.keep': channel(z.object({ ids }), z.array(soundSchema).readonly()),

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
    z.object({ ...page, filter: z.string().max(2000).default('') }),
    z.object({ results: z.array(soundSchema).readonly(), total: z.number().int() }),
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
    z.object({ sounds: z.array(soundSchema).readonly(), undo }),
  ),
  'library.undo': channel(z.object({ undo }), z.object({ sounds: z.array(soundSchema).readonly(), undo })),
  'collections.list': channel(
    nothing,
    z.array(z.object({ id, name: z.string(), sounds: z.number().int() })).readonly(),
  ),
  'collections.create': channel(z.object({ name: z.string() }), done),
  'collections.delete': channel(z.object({ name: z.string() }), done),
  'collections.add': channel(z.object({ name: z.string(), ids }), done),
  'collections.remove': channel(z.object({ name: z.string(), ids }), done),
  'collections.sounds': channel(z.object({ name: z.string() }), z.array(soundSchema).readonly()),
  'searches.list': channel(
    nothing,
    z.array(z.object({ name: z.string(), text: z.string(), mode: z.enum(searchModes) })).readonly(),
  ),
  'searches.save': channel(z.object({ name: z.string(), text: z.string(), mode: z.enum(searchModes) }), done),
  'searches.delete': channel(z.object({ name: z.string() }), done),

  /** Waveforms for drawing: minimum and maximum of each column in turn, -127 to 127, all channels together. */
  'audio.waveforms': channel(
    z.object({ refs: z.array(audioRefSchema).min(1).max(64), columns: z.number().int().min(8).max(1024) }),
    z.array(z.instanceof(Int8Array).nullable()).readonly(),
  ),
  /** A file that Chromium can play and where in it the sound lies; asked for by the protocol, too. */
  'audio.file': channel(
    z.object({ ref: audioRefSchema }),
    z.object({ path: z.string(), start: z.number(), end: z.number() }),
  ),
  /** The user's own file behind a sound or a take. */
  'audio.source': channel(z.object({ ref: audioRefSchema }), z.object({ path: z.string() })),
  /** The sound of a file on this machine, which is listened to; for sounds dropped onto the neighbours. */
  'audio.adopt': channel(z.object({ file: z.string() }), soundSchema),

  'prompts.history': channel(nothing, z.array(z.string()).readonly()),
  'prompts.complete': channel(
    z.object({ text: z.string().max(2000) }),
    z.array(z.object({ text: z.string(), from: z.enum(['history', 'caption', 'ucs']) })).readonly(),
  ),

  'packs.list': channel(nothing, z.array(packSchema).readonly()),
  'packs.verify': channel(
    z.object({ name: z.string() }),
    z.array(z.object({ file: z.string(), problem: z.string().nullable() })).readonly(),
  ),
} as const;
export type EngineChannels = typeof engineChannels;

/** What the engine tells without being asked. */
export interface EngineEvents {
  /** Jobs that are waiting, running or ended badly. */
  'jobs.changed': readonly z.infer<typeof jobSchema>[];
  'job.progress': import('./take.ts').JobProgress;
  /** A take is finished, was changed, deleted or restored. */
  'takes.changed': { readonly ids: readonly number[] };
  /** The library has other sounds than before, or says other things of them. */
  'library.changed': { readonly ids: readonly number[] | null };
  /** Something that the user should read although nothing failed. */
  note: { readonly message: string };
}
