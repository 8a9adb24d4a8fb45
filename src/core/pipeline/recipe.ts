import { z } from 'zod';
import { bitsSchema } from '#core/audio/bits.ts';
import { guidanceIntervalSchema } from '../diffusion/guidanceInterval.ts';
import { RefoleyError } from '../errors.ts';
import { samplers } from '../pack/facts.ts';

/** What each neighbour contributes to the cross-attention. */
export const retrievalModes = ['none', 'audio', 'text', 'both'] as const;
export type RetrievalMode = (typeof retrievalModes)[number];

/** What is above the band of the models: nothing, or what the neighbours have there. */
export const highBands = ['plain', 'neighbours'] as const;

/** A neighbour as the recipe keeps it: enough to find the same sound again and to name it if it is gone. */
export const recipeNeighbourSchema = z.object({
  id: z.number().int(),
  /** File name without folders: a recipe travels to other people, the layout of somebody's disk does not. */
  name: z.string(),
  caption: z.string(),
  /** SHA-256 of the file's bytes. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Region within the file in seconds. */
  start: z.number().nonnegative(),
  end: z.number().positive(),
  licence: z.string(),
  /** '' when nobody is named; takes made before it was kept have none. */
  author: z.string().optional(),
  similarity: z.number(),
  /** Factor on the neighbour's attention; 1 is neutral. */
  weight: z.number().positive(),
  pinned: z.boolean(),
  /** Share of the neighbours' cross-attention while the take was made; all neighbours together make 1. */
  influence: z.number().min(0).max(1),
});
export type RecipeNeighbour = z.infer<typeof recipeNeighbourSchema>;

/** A sound that was nearer than a neighbour, and that its terms or the user keep from conditioning takes. */
const passedOverSchema = z.object({
  id: z.number().int(),
  caption: z.string(),
  licence: z.string(),
  /** In words. */
  reason: z.string(),
});

export const partKinds = ['vary', 'fill', 'extend'] as const;

/** The sound that a take was made into; `duration` and the like are those of the window that the model saw. */
const canvasSchema = z.object({
  kind: z.enum(partKinds),
  /** File name of the sound that is edited, and SHA-256 of its bytes. */
  name: z.string(),
  sha256: z.string(),
  /** Seconds in the edited sound at that step: the part that was made, and from where on the model saw it. */
  start: z.number().nonnegative(),
  end: z.number().positive(),
  window: z.number().nonnegative(),
});

const packSchema = z.object({ name: z.string(), version: z.string(), sha256: z.string() });

/** How many of them a recipe names. */
export const MAX_PASSED_OVER = 5;

/** Everything that determines a take. It travels in the WAV's iXML as JSON. */
export const recipeSchema = z.object({
  format: z.literal(1),
  pack: packSchema,
  /** What the neighbours were heard with, where that was mixed into the prompt; otherwise ears have no say in how a take sounds. */
  ears: packSchema.optional(),
  prompt: z.string(),
  negative: z.string(),
  seed: z.number().int().min(0).max(0xffff_ffff),
  sampler: z.enum(samplers),
  steps: z.number().int(),
  guidance: z.number(),
  libraryGuidance: z.number(),
  /** Where both act; elsewhere the model is shown prompt and neighbours alone. All steps unless it is there. */
  guidanceInterval: guidanceIntervalSchema.optional(),
  retrieval: z.enum(retrievalModes),
  k: z.number().int().nonnegative(),
  /** Of the file, in seconds. */
  duration: z.number(),
  /** Seconds from onset to end that the model is asked for; 0 leaves it to the model. */
  soundLength: z.number().nonnegative().default(0),
  /**
   * How much of the way from noise to sound a neighbour has already gone: 0 begins with noise alone, at 0.5 half of the steps
   * are left. Which neighbour: `startNeighbour`.
   */
  start: z.number().min(0).max(1).default(0),
  /** How many ways from noise to sound were tried, each with a stream of the seed's noise. */
  candidates: z.number().int().positive().default(1),
  /** Which of them this take is, from 0: the one that fitted best. Unless it is there, that is still to be found out. */
  candidate: z.number().int().nonnegative().optional(),
  highBand: z.enum(highBands).default('plain'),
  sampleRate: z.number().int(),
  bits: bitsSchema,
  neighbours: z.array(recipeNeighbourSchema),
  /** What was worked into, where the take is a part of an edited sound. */
  canvas: canvasSchema.optional(),
  /** The nearest of those passed over; takes made before they were kept have none. */
  passedOver: z.array(passedOverSchema).max(MAX_PASSED_OVER).optional(),
  /** How many there were. */
  passedOverCount: z.number().int().nonnegative().optional(),
});
export type Recipe = z.infer<typeof recipeSchema>;

/**
 * Reads a recipe from its JSON.
 * @param where it was found, for the message: "this WAV"
 * @throws RefoleyError `input` when it is of a newer format; `corrupt` when it is damaged
 */
export function parseRecipe(json: string, where: string): Recipe {
  const damaged = (what: string) =>
    new RefoleyError(
      'corrupt',
      `the recipe in ${where} is damaged (${what}); use the original file of the take`,
    );
  let recipe: unknown;
  try {
    recipe = JSON.parse(json);
  } catch {
    throw damaged('it is not JSON');
  }
  const format =
    typeof recipe === 'object' && recipe !== null && 'format' in recipe ? recipe.format : undefined;
  if (typeof format === 'number' && format > 1) {
    throw new RefoleyError(
      'input',
      `the recipe in ${where} has format ${format}, made by a newer Refoley; update Refoley`,
    );
  }
  const parsed = recipeSchema.safeParse(recipe);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    throw damaged(`its field "${field}" is not valid`);
  }
  return parsed.data;
}
