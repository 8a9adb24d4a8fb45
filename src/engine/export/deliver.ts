import type { Clip } from '#core/edit/clip.ts';
import type { Delivery, DeliveryMetadata } from '#core/export/delivery.ts';
import type { Loudness } from '#core/dsp/loudness.ts';

/** The file that a clip came from: what it says of itself and Refoley does not is kept. */
export interface DeliverySource {
  readonly path: string;
  /** Whether an edit moved, took out or put in samples: chunks that count the source's samples are wrong then. */
  readonly moved: boolean;
}

/** A file in memory, and what was measured of what it holds. */
export interface Delivered {
  readonly bytes: Uint8Array;
  readonly seconds: number;
  readonly channels: number;
  readonly loudness: Loudness;
}
export type Deliver = (
  clip: Clip,
  delivery: Delivery,
  metadata: DeliveryMetadata,
  source?: DeliverySource,
) => Promise<Delivered>;
