import { z } from 'zod';
import { checkpointManifestSchema, type CheckpointManifest } from './checkpointManifest.ts';
import { refoleyManifestSchema, type RefoleyManifest } from './refoleyManifest.ts';

/** What a pack says of itself: models exported by training/ (format 1), or a checkpoint that others publish (format 2). */
export const packManifestSchema = z.discriminatedUnion('format', [
  refoleyManifestSchema,
  checkpointManifestSchema,
]);
export type PackManifest = z.infer<typeof packManifestSchema>;

/** The newest format that is understood. */
export const NEWEST_FORMAT = 2;

/** The name of a graph. */
export type PartName = keyof RefoleyManifest['graphs'] | PartsOf<CheckpointManifest>;
type PartsOf<Manifest> = Manifest extends { readonly parts: infer Parts } ? keyof Parts : never;
