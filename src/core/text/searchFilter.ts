import { z } from 'zod';

/** A range of numbers; at least one end is given. */
export const rangeSchema = z
  .strictObject({
    atLeast: z.number().optional(),
    moreThan: z.number().optional(),
    atMost: z.number().optional(),
    lessThan: z.number().optional(),
  })
  .refine((range) => Object.keys(range).length > 0);

/** Properties that are numbers: stars 0-5, length in seconds, sample rate in Hz, channels, bits a sample. */
export const numberFields = ['rating', 'seconds', 'sampleRate', 'channels', 'bits'] as const;
/**
 * Properties that are a text. `source`: words of the path or name of the folder that was added; `tag`: a whole tag;
 * `collection`: its whole name; `licence`: its beginning, as {@link licenceKey} spells it. All without regard to capitals.
 */
const textFields = ['source', 'tag', 'collection', 'licence'] as const;
/** Properties that a sound has or not; `mayCondition`: it may be a neighbour; `missing`: its file is not
 * there now; `unreadable`: it could not be analysed. */
const flagFields = ['favourite', 'synthetic', 'mayCondition', 'missing', 'unreadable', 'captioned'] as const;

const negated = z.boolean();

/** What a sound must be (or, negated, must not be) to be found. */
export const conditionSchema = z.discriminatedUnion('field', [
  z.strictObject({ field: z.literal('category'), catIds: z.array(z.string()).min(1), negated }),
  z.strictObject({ field: z.enum(textFields), values: z.array(z.string().min(1)).min(1), negated }),
  z.strictObject({ field: z.enum(numberFields), range: rangeSchema, negated }),
  z.strictObject({ field: z.enum(flagFields), negated }),
]);

/** All conditions must hold. `catIds` and `values` of one condition are alternatives. */
export const searchFilterSchema = z.array(conditionSchema);

export type NumberRange = z.infer<typeof rangeSchema>;
export type Condition = z.infer<typeof conditionSchema>;
export type SearchFilter = z.infer<typeof searchFilterSchema>;

/** A licence as it is compared: lower case, letters and digits only, so that `CC BY 4.0` and `cc-by-4.0` are one. */
export function licenceKey(licence: string): string {
  return licence.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');
}
