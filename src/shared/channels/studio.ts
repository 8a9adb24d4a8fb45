import { z } from 'zod';
import { retrievalModes } from '#core/pipeline/recipe.ts';
import { channel } from '../channel.ts';
import { choiceSchema, neighbourSchema, passedOverSchema } from '../neighbour.ts';
import { soundSchema } from '../sound.ts';
import { generateSchema, jobSchema, takeSchema } from '../take.ts';
import { audioRefSchema, done, id, ids, nothing, page } from './common.ts';

/** Prompts, neighbours, the queue, takes, and what is drawn and played. */
export const studioChannels = {
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
    z.object({
      ...page,
      starred: z.boolean().default(false),
      text: z.string().max(500).default(''),
      /** Name of a set. */
      set: z.string().max(200).optional(),
      /** Those that these jobs have made. */
      jobs: z.array(id).max(500).optional(),
    }),
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
  /** Waveforms for drawing: minimum and maximum of each column in turn, -127 to 127, all channels together. */
  'audio.waveforms': channel(
    z.object({ refs: z.array(audioRefSchema).min(1).max(64), columns: z.number().int().min(8).max(1024) }),
    z.array(z.instanceof(Int8Array).nullable()).readonly(),
  ),
  /**
   * A file that Chromium can play and where in it the sound lies; asked for by the protocol, too. `growing`: that of an edit
   * may still be written, see 'editor.ready'.
   */
  'audio.file': channel(
    z.object({ ref: audioRefSchema, growing: z.boolean().default(false) }),
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
} as const;
export type StudioChannels = typeof studioChannels;
