import { z } from 'zod';

export const id = z.number().int();
export const ids = z.array(id).min(1).max(10_000);
export const page = {
  limit: z.number().int().min(1).max(500),
  offset: z.number().int().min(0).default(0),
};
/** The input of what needs none. */
export const nothing = z.undefined();
/** The output of what only has an effect. */
export const done = z.void();

/** Which sound, take or edit is meant, as `refoley://audio/<ref>` names it. */
export const audioRefSchema = z.templateLiteral([
  z.enum(['sound', 'take', 'edit']),
  '/',
  z.number().int().nonnegative(),
]);
export type AudioRef = z.infer<typeof audioRefSchema>;

/** What can be edited. */
export const sourceRefSchema = z.templateLiteral([
  z.enum(['sound', 'take']),
  '/',
  z.number().int().nonnegative(),
]);
export type SourceRef = z.infer<typeof sourceRefSchema>;
