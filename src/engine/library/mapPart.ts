import { ucsByCategory, ucsEntry } from '#core/text/ucs.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { SoundMap } from './soundMap.ts';

/** Rows in one part: 13 bytes each make 195 KB, what a message may weigh. */
const ROWS = 15_000;

/** A stretch of a map, to be drawn. */
export interface MapPart {
  /** Parts of different epochs do not belong together. */
  readonly epoch: number;
  /** Rows of the whole map. */
  readonly total: number;
  readonly ids: Int32Array<ArrayBuffer>;
  /** Row-major [ids, 2], as in `SoundMap`. */
  readonly points: Float32Array<ArrayBuffer>;
  /** For each id the place of its UCS category in the standard, from 1: said to be, else what it may be; 0 for none. */
  readonly categories: Uint8Array<ArrayBuffer>;
}

/** The rows of a map from `from` on, as many as one message takes. */
export function mapPart(catalogue: Catalogue, model: string, map: SoundMap, from: number): MapPart {
  const ids = Int32Array.from(map.ids.subarray(from, from + ROWS));
  const catIds = catalogue.maps.categories(model, ids[0] ?? 0, ids.at(-1) ?? 0);
  const places = new Map([...ucsByCategory().keys()].map((category, place) => [category, place + 1]));
  return {
    epoch: map.epoch,
    total: map.ids.length,
    ids,
    points: map.points.slice(2 * from, 2 * (from + ids.length)),
    categories: Uint8Array.from(ids, (id) => places.get(ucsEntry(catIds.get(id) ?? '')?.category ?? '') ?? 0),
  };
}
