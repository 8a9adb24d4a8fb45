import { z } from 'zod';
import { bitsSchema } from '#core/audio/bits.ts';
import type { IxmlFields } from '../audio/ixml.ts';
import type { EditList } from '../edit/editList.ts';
import { recipeSchema, type Recipe } from '../pipeline/recipe.ts';

export const deliveryFormats = ['wav', 'flac', 'ogg'] as const;
export const deliveryRates = [44_100, 48_000, 96_000] as const;

/** How a sound leaves the app. */
export const deliverySchema = z.object({
  format: z.enum(deliveryFormats).default('wav'),
  /** Of a sample; 32 is float, which only WAV holds. Ogg has none. */
  bits: bitsSchema.default(24),
  sampleRate: z.union(deliveryRates.map((rate) => z.literal(rate))).default(48_000),
  /** Of Ogg Vorbis: -1 to 10. */
  quality: z.number().min(-1).max(10).default(6),
});
/** Any rate can be written; those of the schema are the ones that are offered. */
export type Delivery = Omit<z.output<typeof deliverySchema>, 'sampleRate'> & { readonly sampleRate: number };

/** A sound that an edit began from, or laid over it or put into it. */
const ingredientSchema = z.object({
  /** File name without folders. */
  name: z.string(),
  /** Of its file's bytes. */
  sha256: z.string(),
  licence: z.string(),
  author: z.string(),
  /** Of one that a model made: a take, a filled gap, a varied stretch. */
  recipe: recipeSchema.optional(),
});
export type Ingredient = z.output<typeof ingredientSchema>;

/** What an edited file came from; travels in its iXML as JSON. */
export const originSchema = z.object({
  source: ingredientSchema,
  /** By the names that the edit list calls them. */
  sounds: z.record(z.string(), ingredientSchema).default({}),
});
export type Origin = z.output<typeof originSchema>;

/** What is said of a sound in the file that it is written to. What is left out is kept as the source has it. */
export interface DeliveryMetadata {
  readonly description?: string | undefined;
  /** FXName of UCS. */
  readonly title?: string | undefined;
  readonly catId?: string | undefined;
  readonly creatorId?: string | undefined;
  readonly sourceId?: string | undefined;
  readonly keywords?: readonly string[] | undefined;
  readonly author?: string | undefined;
  /** Terms of use. */
  readonly licence?: string | undefined;
  /** yyyy-mm-dd. */
  readonly originationDate?: string | undefined;
  /** How it was made; of a take that was edited, too. */
  readonly recipe?: Recipe | undefined;
  readonly edit?: EditList | undefined;
  readonly origin?: Origin | undefined;
  /** Fields to add to, or to put in place of, the ones written to USER and ASWG by default. */
  readonly user?: IxmlFields | undefined;
  readonly aswg?: IxmlFields | undefined;
}
