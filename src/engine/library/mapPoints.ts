import type { SoundMap } from './soundMap.ts';

/** The map as programs read it. */
export interface MapPoints extends Pick<SoundMap, 'epoch' | 'explained'> {
  readonly points: readonly { readonly id: number; readonly x: number; readonly y: number }[];
}

export function mapPoints({ epoch, explained, ids, points }: SoundMap): MapPoints {
  const list = Array.from(ids, (id, row) => ({ id, x: points[2 * row] ?? 0, y: points[2 * row + 1] ?? 0 }));
  return { epoch, explained, points: list };
}
