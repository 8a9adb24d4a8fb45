import { z } from 'zod';
import { soundSnapshotSchema } from '../catalogue/soundSnapshot.ts';

const id = z.number().int();
/** A sound in a collection. */
const memberSchema = z.strictObject({ collectionId: id, soundId: id });

/** What takes an action of the user back; it can be kept as JSON. */
export const undoSchema = z.strictObject({
  /** Rows of sounds as they were. */
  rows: z.array(soundSnapshotSchema),
  /** Regions that it made. */
  made: z.array(id),
  /** Collections that it deleted, without their sounds. */
  collections: z.array(z.strictObject({ id, name: z.string().min(1), addedAt: id })).default([]),
  /** Collections that it made. */
  madeCollections: z.array(id).default([]),
  /** What it took out of collections. */
  members: z.array(memberSchema).default([]),
  /** What it put into them. */
  madeMembers: z.array(memberSchema).default([]),
  /** Rules of folders as they were; the facts of the sounds below follow from them. */
  rules: z
    .array(
      z.strictObject({
        sourceId: id,
        folder: z.string(),
        licence: z.string().nullable(),
        author: z.string().nullable(),
        mayCondition: z.boolean().nullable(),
      }),
    )
    .default([]),
});
export type Undo = z.infer<typeof undoSchema>;
export type Member = z.infer<typeof memberSchema>;

/** Takes nothing back. */
export const noUndo: Undo = undoSchema.parse({ rows: [], made: [] });
