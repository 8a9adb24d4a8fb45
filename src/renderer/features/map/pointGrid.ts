/** Finds points near a place without looking at all of them: a grid of cells over the square from -1 to 1. */
const CELLS = 128;

export interface PointGrid {
  /** The row nearest to a place, no further than `within`; -1 for none. */
  nearest(x: number, y: number, within: number): number;
  /** The nearest row from another one, in a direction (of the screen: y down); -1 where there is none. */
  towards(row: number, dx: number, dy: number): number;
  /** Rows inside a closed outline, its corners as x and y in turn. */
  inside(outline: readonly number[]): number[];
}

/** @param places row-major [rows, 2] between -1 and 1, y down */
export function pointGrid(places: Float32Array): PointGrid {
  const size = places.length / 2;
  const cell = (value: number): number =>
    Math.min(CELLS - 1, Math.max(0, Math.floor(((value + 1) / 2) * CELLS)));
  const x = (row: number): number => places[2 * row] ?? 0;
  const y = (row: number): number => places[2 * row + 1] ?? 0;

  // Rows by cell, and where each cell begins.
  const begins = new Int32Array(CELLS * CELLS + 1);
  const cellOf = (row: number): number => cell(y(row)) * CELLS + cell(x(row));
  for (let row = 0; row < size; row++) begins[cellOf(row) + 1]! += 1;
  for (let at = 0; at < CELLS * CELLS; at++) begins[at + 1]! += begins[at] ?? 0;
  const rows = new Int32Array(size);
  const filled = begins.slice();
  for (let row = 0; row < size; row++) rows[filled[cellOf(row)]!++] = row;

  const each = (x0: number, y0: number, x1: number, y1: number, act: (row: number) => void): void => {
    for (let line = cell(y0); line <= cell(y1); line++)
      for (let column = cell(x0); column <= cell(x1); column++) {
        const at = line * CELLS + column;
        for (let n = begins[at] ?? 0; n < (begins[at + 1] ?? 0); n++) act(rows[n] ?? 0);
      }
  };

  return {
    nearest(px, py, within) {
      let best = -1;
      let least = within * within;
      each(px - within, py - within, px + within, py + within, (row) => {
        const distance = (x(row) - px) ** 2 + (y(row) - py) ** 2;
        if (distance <= least) [best, least] = [row, distance];
      });
      return best;
    },
    towards(from, dx, dy) {
      let best = -1;
      let least = Infinity;
      for (let row = 0; row < size; row++) {
        const [along, across] = [
          (x(row) - x(from)) * dx + (y(row) - y(from)) * dy,
          Math.abs((x(row) - x(from)) * dy - (y(row) - y(from)) * dx),
        ];
        // Within a quarter turn; what lies aside counts as further.
        if (row === from || along <= 1e-9 || across > along) continue;
        const distance = along + 2 * across;
        if (distance < least) [best, least] = [row, distance];
      }
      return best;
    },
    inside(outline) {
      if (outline.length < 6) return [];
      const xs = outline.filter((_, at) => at % 2 === 0);
      const ys = outline.filter((_, at) => at % 2 === 1);
      const found: number[] = [];
      each(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys), (row) => {
        if (isInside(xs, ys, x(row), y(row))) found.push(row);
      });
      return found;
    },
  };
}

/** Even-odd rule: a line from the point crosses the outline an odd number of times. */
function isInside(xs: readonly number[], ys: readonly number[], px: number, py: number): boolean {
  let inside = false;
  for (let at = 0, before = xs.length - 1; at < xs.length; before = at++) {
    const [ax = 0, ay = 0, bx = 0, by = 0] = [xs[at], ys[at], xs[before], ys[before]];
    if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
