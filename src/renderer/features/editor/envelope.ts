import type { OperationOf } from '#core/edit/operations.ts';

export type EnvelopePoint = OperationOf<'envelope'>['points'][number];

/** Gain in dB at the upper and the lower edge of the waveform. */
const [TOP, BOTTOM] = [12, -48];
/** Gain at and below the lower edge: nothing is heard. */
const OFF = -144;

/** Where a gain is drawn, 0 at the top and 1 at the bottom. */
export function heightOf(db: number): number {
  return Math.min(1, Math.max(0, (TOP - db) / (TOP - BOTTOM)));
}

/** The gain at a height, to a tenth of a dB. */
export function gainAt(height: number): number {
  if (height >= 1) return OFF;
  return Math.round(10 * (TOP - Math.max(0, height) * (TOP - BOTTOM))) / 10;
}

/** Gain at a moment: straight between the points, level outside of them. */
export function gainOf(points: readonly EnvelopePoint[], at: number): number {
  const after = points.findIndex((point) => point.at > at);
  const [before, next] = [points.at(after < 0 ? -1 : after - 1), points[after]];
  if (after === 0) return next?.db ?? 0;
  if (!before || !next) return before?.db ?? 0;
  return before.db + ((at - before.at) / (next.at - before.at)) * (next.db - before.db);
}

/** Another point in the place of one; in order again. */
export function withPoint(
  points: readonly EnvelopePoint[],
  place: number,
  point: EnvelopePoint,
): EnvelopePoint[] {
  return points.with(place, point).sort((one, other) => one.at - other.at);
}

export function withoutPoint(points: readonly EnvelopePoint[], place: number): EnvelopePoint[] {
  return points.length > 1 ? points.toSpliced(place, 1) : [...points];
}

/** One point more, on the line; and where it is in the list. */
export function pointAdded(points: readonly EnvelopePoint[], point: EnvelopePoint) {
  const found = points.findIndex(({ at }) => at > point.at);
  const place = found < 0 ? points.length : found;
  return { place, points: points.toSpliced(place, 0, point) };
}
