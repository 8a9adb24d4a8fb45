import { z } from 'zod';
import { RefoleyError } from '../errors.ts';
import { operationSchema } from './operations.ts';

/** A sound that a list lays over its source or puts into it. */
const editSoundSchema = z.strictObject({
  /** Of its file's bytes. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** Where it was; beside the list unless absolute. */
  file: z.string().min(1).max(4096),
  /** The part of it that is meant, in seconds; all of it unless given. */
  start: z.number().nonnegative().optional(),
  end: z.number().positive().optional(),
});

/**
 * An edit: what is done to a sound, in order, without touching it. As JSON it is what `refoley edit --ops` reads and what a
 * rendered file carries in its iXML.
 */
export const editListSchema = z.strictObject({
  format: z.literal(1).default(1),
  operations: z.array(operationSchema).max(10_000),
  /** By the names that operations call them. */
  sounds: z.record(z.string(), editSoundSchema).default({}),
});
export type EditList = z.output<typeof editListSchema>;

/**
 * Reads an edit list from its JSON; a bare array of operations is one, too.
 *
 * @param where it was found, for the message: its file
 * @throws RefoleyError `input` when it is none, with the first place that is wrong, or of a newer format
 */
export function parseEditList(json: string, where: string): EditList {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new RefoleyError('input', `${where} is no edit list: it is not JSON`);
  }
  const parsed = editListSchema.safeParse(Array.isArray(value) ? { operations: value } : value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') ?? '';
    throw new RefoleyError(
      'input',
      `${where} is no edit list: ${place ? `"${place}": ` : ''}${issue?.message ?? ''}`,
    );
  }
  const { operations, sounds } = parsed.data;
  const missing = operations.flatMap((each) =>
    'sound' in each && !(each.sound in sounds) ? [each.sound] : [],
  )[0];
  if (missing === undefined) return parsed.data;
  throw new RefoleyError('input', `${where} uses a sound "${missing}" that its "sounds" do not name`);
}
