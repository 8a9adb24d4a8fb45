import { z } from 'zod';
import { asWritten } from '#core/text/describingText.ts';
import { isCatId } from '#core/text/ucs.ts';
import { RefoleyError } from '#core/errors.ts';
import { decidableFields } from '../catalogue/sound.ts';

const LONGEST = 400;
const line = (what: string) =>
  z
    .string(`${what} must be a text`)
    .transform((text) => text.replaceAll(/[\p{C}\s]+/gu, ' ').trim())
    .pipe(z.string().max(LONGEST, `${what} must be at most ${LONGEST} characters long`));
const tag = line('a tag').pipe(z.string().min(1, 'a tag must not be empty'));

const schema = z
  .strictObject({
    /** '' for a sound that is to be found by its audio alone. */
    caption: line('the caption').refine(
      (text) => text === '' || asWritten(text) === text,
      'a caption needs words: say what is heard',
    ),
    /** '' for none. */
    catId: z
      .string()
      .refine(
        (id) => id === '' || isCatId(id),
        'the category must be a CatID of the UCS list, such as DOORWood',
      ),
    /** All of them. */
    tags: z.array(tag),
    addTags: z.array(tag),
    removeTags: z.array(tag),
    licence: line('the licence'),
    author: line('the author'),
    mayCondition: z.boolean('may-condition must be yes or no'),
    rating: z
      .number('the rating must be a number')
      .int('the rating must be a whole number of stars')
      .min(0, 'the rating must be 0 to 5 stars')
      .max(5, 'the rating must be 0 to 5 stars'),
    favourite: z.boolean('favourite must be yes or no'),
    /** Fields to give back to what the file says. */
    undecide: z.array(
      z.enum(decidableFields, `a field to give back must be one of ${decidableFields.join(', ')}`),
    ),
  })
  .partial()
  .refine((edit) => Object.values(edit).some((value) => value !== undefined), 'there is nothing to change')
  .refine(
    ({ tags, addTags, removeTags }) => tags === undefined || (addTags ?? removeTags) === undefined,
    'give all the tags, or tags to add and to remove, not both',
  )
  .refine(({ undecide = [], ...edit }) => {
    const tagged = edit.addTags ?? edit.removeTags ?? edit.tags;
    return !undecide.some((field) => edit[field] !== undefined || (field === 'tags' && tagged !== undefined));
  }, 'a field cannot be set and given back at once');

/** What the user changes about sounds; what is left out stays. */
export type SoundEdit = z.output<typeof schema>;
/** The same as it was typed. */
export type RequestedEdit = z.input<typeof schema>;

/** @throws RefoleyError `input` that says what of it cannot be */
export function checkEdit(requested: RequestedEdit): SoundEdit {
  const parsed = schema.safeParse(requested);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RefoleyError('input', issue?.message ?? 'the change cannot be understood');
}
