/**
 * A list of millions of rows in an element that cannot be as tall: Chromium ends elements at 33.5 million device pixels,
 * which is 500,000 rows on a screen of 200 %, and the libraries for lists end there with it (TanStack/virtual#616,
 * inokawa/virtua#832). Below a limit this is plain scrolling. Above it the element is shorter than its rows, and a place in it
 * stands for a share of the list: small movements go pixel by pixel, as in any list, large ones (the thumb of the
 * scroll bar) by share, and at rest the element is put where the share says.
 */
export interface Extent {
  /** Rows. */
  readonly count: number;
  /** Pixels of a row. */
  readonly rowHeight: number;
  /** Pixels that are seen. */
  readonly viewport: number;
}

/** Pixels: four times as many device pixels are still fewer than an element may have. */
export const TALLEST = 8_000_000;
/** Rows drawn above and below what is seen. */
const MARGIN = 6;

/** Pixels of the element that is scrolled. */
export function elementHeight({ count, rowHeight }: Extent): number {
  return Math.min(TALLEST, count * rowHeight);
}

/** How far the list can be scrolled, in pixels of the list. */
function furthest({ count, rowHeight, viewport }: Extent): number {
  return Math.max(0, count * rowHeight - viewport);
}

/** Where the element is to be, for a place in the list. */
export function elementTop(extent: Extent, top: number): number {
  const list = furthest(extent);
  const element = Math.max(0, elementHeight(extent) - extent.viewport);
  return list === element || list === 0 ? Math.min(top, list) : (top / list) * element;
}

/**
 * The place in the list after the element was scrolled.
 *
 * @param top the place before
 * @param from where the element was then
 * @param to where it is now
 */
export function listTop(extent: Extent, top: number, from: number, to: number): number {
  const list = furthest(extent);
  const element = Math.max(0, elementHeight(extent) - extent.viewport);
  if (element === 0 || list === element) return Math.min(Math.max(0, to), list);
  // The ends of the element are the ends of the list, however one comes there by the thumb.
  const small = Math.abs(to - from) <= 2 * extent.viewport;
  if (!small) return (to / element) * list;
  return Math.min(list, Math.max(0, top + to - from));
}

/** The place nearest to `top` at which a row is seen whole. */
export function topShowing(extent: Extent, top: number, row: number): number {
  const { rowHeight, viewport } = extent;
  const [first, last] = [row * rowHeight, (row + 1) * rowHeight - viewport];
  return Math.min(furthest(extent), Math.max(0, Math.min(first, Math.max(last, top))));
}

/** The rows to draw: the first, and the one after the last. */
export function drawnRows({ count, rowHeight, viewport }: Extent, top: number): readonly [number, number] {
  const first = Math.floor(top / rowHeight) - MARGIN;
  const last = Math.ceil((top + viewport) / rowHeight) + MARGIN;
  return [Math.max(0, Math.min(count, first)), Math.max(0, Math.min(count, last))];
}
