import { z } from 'zod';
import {
  checkpointManifestSchema,
  type Audioldm2Manifest,
  type CheckpointManifest,
  type ClapManifest,
} from './checkpointManifest.ts';
import { refoleyManifestSchema, type RefoleyManifest } from './refoleyManifest.ts';

/** What a pack says of itself: models exported by training/ (format 1), or a checkpoint that others publish (format 2). */
export const packManifestSchema = z.discriminatedUnion('format', [
  refoleyManifestSchema,
  checkpointManifestSchema,
]);
export type PackManifest = z.infer<typeof packManifestSchema>;

/** Of a pack that makes takes. */
export type TakeManifest = Exclude<PackManifest, ClapManifest>;
/** Of a pack that a library can be heard with. */
export type HearingManifest = RefoleyManifest | Audioldm2Manifest | ClapManifest;

/** The newest format that is understood. */
export const NEWEST_FORMAT = 2;

/** The name of a graph. */
export type PartName = keyof RefoleyManifest['graphs'] | PartsOf<CheckpointManifest>;
type PartsOf<Manifest> = Manifest extends { readonly parts: infer Parts } ? keyof Parts : never;
