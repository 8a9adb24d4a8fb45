import type { Job, JobProgress } from '../take.ts';
import { editorChannels } from './editor.ts';
import { deliveryChannels } from './delivery.ts';
import { libraryChannels } from './library.ts';
import { packChannels } from './packs.ts';
import { setChannels } from './sets.ts';
import { studioChannels } from './studio.ts';

/** What the engine answers. */
export const engineChannels = {
  ...studioChannels,
  ...libraryChannels,
  ...packChannels,
  ...setChannels,
  ...editorChannels,
  ...deliveryChannels,
} as const;
export type EngineChannels = typeof engineChannels;

/** What the engine tells without being asked. */
export interface EngineEvents {
  /** Jobs that are waiting, running or ended badly. */
  'jobs.changed': readonly Job[];
  'job.progress': JobProgress;
  /** A take is finished, was changed, deleted or restored. */
  'takes.changed': { readonly ids: readonly number[] };
  /** The library has other sounds than before, or says other things of them. */
  'library.changed': { readonly ids: readonly number[] | null };
  /** Collections came, went, or have other sounds. */
  'collections.changed': undefined;
  /** Something that the user should read although nothing failed. */
  note: { readonly message: string };
}
