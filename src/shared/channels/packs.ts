import { z } from 'zod';
import { samplers } from '#core/pack/facts.ts';
import { channel } from '../channel.ts';
import { providerReportSchema } from '../provider.ts';
import { done, nothing } from './common.ts';

const modeSchema = z.object({
  steps: z.number().int(),
  stepsPerSecond: z.number(),
  /** Without loading the models. */
  secondsPerTake: z.number(),
});
/** How fast a pack was on a machine. */
export const measurementSchema = z.object({
  /** Seconds of the take that was made. */
  duration: z.number(),
  neighbours: z.number().int(),
  fine: modeSchema,
  /** Of the distilled mode, where the pack has one. */
  fast: modeSchema.nullable(),
  /** Milliseconds since 1970. */
  measuredAt: z.number(),
});

/** A pack on the network whose manifest was read, and nothing else. */
export const offeredPackSchema = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  licence: z.string(),
  files: z.number().int(),
  bytes: z.number().int(),
  /** Of the manifest. */
  sha256: z.string(),
});
export type OfferedPack = z.infer<typeof offeredPackSchema>;

const name = z.object({ name: z.string() });
const address = z.string().max(2000);

/** What takes a pack makes. */
const takeFactsSchema = z.object({
  /** Whether its models were shown neighbours in training; others have them mixed into the prompt. */
  attendsNeighbours: z.boolean(),
  sampleRate: z.number(),
  maxNeighbours: z.number().int(),
  /** Seconds. */
  defaultDuration: z.number(),
  longest: z.number(),
  /** Whether its takes have a number of steps, can begin from a neighbour, and know a weight of the library. */
  takesSteps: z.boolean(),
  begins: z.boolean(),
  mixes: z.boolean(),
  defaults: z.object({
    sampler: z.enum(samplers),
    steps: z.number().int(),
    guidance: z.number(),
    libraryGuidance: z.number(),
    k: z.number().int(),
    start: z.number(),
    candidates: z.number().int(),
  }),
  /** Steps of the fast mode, where it has one. */
  distilled: z
    .object({
      steps: z.number().int(),
      guidance: z.number(),
      libraryGuidance: z.number(),
      start: z.number(),
      candidates: z.number().int(),
    })
    .nullable(),
});

export const packSchema = z.object({
  name: z.string(),
  folder: z.string(),
  /** Null where its manifest cannot be used, for the reason in `problem`. */
  facts: z
    .object({
      version: z.string(),
      description: z.string(),
      licence: z.string(),
      /** Folder with its authors' weights, where they stay outside of the pack. */
      checkpoint: z.string().nullable(),
      /** Whether a library can be heard with it. */
      hears: z.boolean(),
      /** Null where it makes none. */
      takes: takeFactsSchema.nullable(),
      parameters: z.number().int(),
      bytes: z.number().int(),
      attributions: z
        .array(z.object({ what: z.string(), author: z.string(), licence: z.string() }))
        .readonly(),
    })
    .nullable(),
  problem: z.string().nullable(),
  /** Whether it was added, and can be removed. */
  added: z.boolean(),
  /** How fast it is on this machine; null before it was measured. */
  measured: measurementSchema.nullable(),
});
export type Pack = z.infer<typeof packSchema>;

/** The model packs that are installed. */
export const packChannels = {
  'packs.list': channel(nothing, z.array(packSchema).readonly()),
  'packs.providers': channel(
    nothing,
    z.object({ machine: z.string(), providers: z.array(providerReportSchema).readonly() }),
  ),
  /** Tries each provider with a pack, and remembers what came of it. */
  'packs.testProviders': channel(name, z.array(providerReportSchema).readonly()),
  /** Makes a take in each mode, and remembers how long that took. */
  'packs.measure': channel(name, measurementSchema),
  /** Copies a pack into the data folder; its name. */
  'packs.add': channel(z.object({ folder: z.string() }), name),
  'packs.remove': channel(name, done),
  'packs.lookUp': channel(z.object({ address }), offeredPackSchema),
  /** Fetches the pack whose manifest has this hash; its name. */
  'packs.download': channel(z.object({ address, sha256: z.string() }), name),
  'packs.verify': channel(
    name,
    z.array(z.object({ file: z.string(), problem: z.string().nullable() })).readonly(),
  ),
} as const;
export type PackChannels = typeof packChannels;
