import { setImmediate } from 'node:timers/promises';
import { principalPlane, projectOnPlane } from '#core/retrieval/principalComponents.ts';
import type { PrincipalPlane } from '#core/retrieval/principalComponents.ts';
import type { StoredMap } from '../catalogue/maps.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { throwIfStopped } from './scanContext.ts';

/** Where the sounds of the library lie when it is seen from the side from which they differ most. */
export interface SoundMap {
  /** Of the catalogue when the map was brought up to date. */
  readonly epoch: number;
  /** Share of the variance along each axis, 0..1. */
  readonly explained: readonly [number, number];
  /** Sound ids, ascending. */
  readonly ids: Float64Array;
  /** Row-major [ids, 2], in units of the cosine's chord; what sounds alike lies close, the middle of the library at 0, 0. */
  readonly points: Float32Array;
}

export interface MapContext {
  readonly catalogue: Catalogue;
  readonly model: string;
  readonly signal?: AbortSignal | undefined;
  /** Sounds that are placed, and how many there are. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/** The plane is laid through so many sounds (40 MB, two seconds): more would not turn it. */
const SAMPLE = 20_000;
/** Vectors read at once: 8 MB. */
const CHUNK = 4000;
/** From this share of new sounds on, or of lost ones, the plane is laid again; before, points only come and go. */
const MOVED = 0.2;

/**
 * The map of the library: audio embeddings on their principal plane. It is kept in the catalogue, and brought up to date
 * by what was embedded since; where a fifth has changed since the plane was laid, it is laid again, and the sounds move.
 * Memory does not grow with the library but for the points themselves.
 *
 * @throws RefoleyError `input` for a library of fewer than three sounds; `cancelled`
 */
export async function mapLibrary(context: MapContext): Promise<SoundMap> {
  const { catalogue, model } = context;
  const stored = catalogue.maps.get(model);
  const epoch = catalogue.epoch();
  if (stored?.epoch === epoch) return publicMap(stored);
  const usable = stored && stored.epoch < epoch && !hasMoved(catalogue, model, stored) ? stored : undefined;
  const plane = usable ? unpackPlane(usable.plane) : layPlane(catalogue, model);
  const { ids, points } = await placeAll(context, plane, usable);
  const map: StoredMap = {
    epoch,
    planeEpoch: usable?.planeEpoch ?? epoch,
    planeSounds: usable?.planeSounds ?? ids.length,
    plane: packPlane(plane),
    ids,
    points,
  };
  catalogue.write(() => {
    catalogue.maps.put(model, map);
  });
  return publicMap(map);
}

function hasMoved(catalogue: Catalogue, model: string, { planeEpoch, planeSounds }: StoredMap): boolean {
  const written = catalogue.vectors.countSince(model, planeEpoch);
  const grown = Math.abs(catalogue.embeddings.count('audio', model) - planeSounds);
  return Math.max(written, grown) > planeSounds * MOVED;
}

function layPlane(catalogue: Catalogue, model: string): PrincipalPlane {
  const every = Math.ceil(catalogue.embeddings.count('audio', model) / SAMPLE);
  const { vectors, dimension } = catalogue.vectors.sample(model, Math.max(1, every));
  return principalPlane(() => [vectors], Math.max(2, dimension));
}

/** Points of all sounds: those that were placed on this plane before stay, the others are projected. */
async function placeAll(
  { catalogue, model, signal, onProgress }: MapContext,
  plane: PrincipalPlane,
  before: StoredMap | undefined,
): Promise<Pick<StoredMap, 'ids' | 'points'>> {
  const size = catalogue.embeddings.count('audio', model);
  let ids = new Float64Array(size);
  let points = new Float32Array(2 * size);
  let filled = 0;
  // Both run by ascending id.
  let known = 0;
  for (let last = 0; ;) {
    throwIfStopped(signal);
    const page = catalogue.vectors.present(model, last, CHUNK);
    if (page.length === 0) break;
    last = page.at(-1)?.[0] ?? last;
    // What a scan has written meanwhile.
    if (filled + page.length > ids.length) {
      ids = grown(ids, filled + page.length);
      points = grown(points, 2 * (filled + page.length));
    }
    const fresh = new Map<number, number>();
    for (const [id, epoch] of page) {
      ids[filled] = id;
      while (before && known < before.ids.length && before.ids[known]! < id) known++;
      if (before?.ids[known] === id && epoch <= before.epoch)
        points.set(before.points.subarray(2 * known, 2 * known + 2), 2 * filled);
      else fresh.set(id, filled);
      filled++;
    }
    if (fresh.size > 0) {
      const rows = catalogue.vectors.byIds(model, [...fresh.keys()]);
      const placed = projectOnPlane(plane, rows.vectors);
      for (const [row, id] of rows.ids.entries())
        points.set(placed.subarray(2 * row, 2 * row + 2), 2 * (fresh.get(id) ?? 0));
    }
    onProgress?.(filled, ids.length);
    await setImmediate();
  }
  return { ids: ids.slice(0, filled), points: points.slice(0, 2 * filled) };
}

function grown<Values extends Float32Array | Float64Array>(values: Values, length: number): Values {
  const larger = new (values.constructor as new (length: number) => Values)(length);
  larger.set(values);
  return larger;
}

function packPlane({ mean, axes, explained }: PrincipalPlane): Float64Array {
  return Float64Array.from([...explained, ...mean, ...axes[0], ...axes[1]]);
}

function unpackPlane(packed: Float64Array): PrincipalPlane {
  const dimension = (packed.length - 2) / 3;
  const part = (n: number) => packed.slice(2 + n * dimension, 2 + (n + 1) * dimension);
  return { explained: [packed[0] ?? 0, packed[1] ?? 0], mean: part(0), axes: [part(1), part(2)] };
}

function publicMap({ epoch, plane, ids, points }: StoredMap): SoundMap {
  return { epoch, explained: [plane[0] ?? 0, plane[1] ?? 0], ids, points };
}
