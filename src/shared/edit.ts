import { z } from 'zod';
import { changeSchema } from '#core/edit/history.ts';
import { operationSchema } from '#core/edit/operations.ts';
import { sourceRefSchema } from './channels/common.ts';

/** A place in an edited sound or, with an end, a region of it. Seconds. */
const editMarkSchema = z.object({ at: z.number(), end: z.number().nullable(), label: z.string() });
export type EditMark = z.infer<typeof editMarkSchema>;

/** What an edit sounds like now; plays as `refoley://audio/edit/<id>`, a WAV of 32-bit float. */
const renderedSchema = z.object({
  /** Another one for other samples. */
  version: z.string(),
  seconds: z.number(),
  frames: z.number().int(),
  /** Frames that can be played: what takes long is heard and drawn from its beginning on. */
  ready: z.number().int(),
  /** Hz. */
  sampleRate: z.number().int(),
  channels: z.number().int(),
  marks: z.array(editMarkSchema).readonly(),
  /** Seconds. */
  loop: z.object({ start: z.number(), end: z.number() }).nullable(),
});
export type Rendered = z.infer<typeof renderedSchema>;

/** An edit of a sound or a take, as a window shows it. */
export const editSchema = z.object({
  id: z.number().int(),
  /** What is edited. */
  of: sourceRefSchema,
  name: z.string(),
  /** As they apply now. */
  operations: z.array(operationSchema).readonly(),
  /** What was done, what is undone of it included: `done` of `changes` count. */
  history: z.object({ changes: z.array(changeSchema).readonly(), done: z.number().int() }),
  /** Null where it cannot be rendered. */
  rendered: renderedSchema.nullable(),
  /** Why not, or what is wrong with its source. */
  problem: z.object({ kind: z.string(), message: z.string() }).nullable(),
});
export type Edit = z.infer<typeof editSchema>;
