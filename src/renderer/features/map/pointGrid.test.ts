import { describe, expect, it } from 'vitest';
import { pointGrid } from './pointGrid.ts';

/** Points of a small generator, the same each time. */
function scattered(size: number): Float32Array {
  let state = 7;
  return Float32Array.from({ length: 2 * size }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 32) * 2 - 1;
  });
}

const places = scattered(3000);
const grid = pointGrid(places);
const at = (row: number) => [places[2 * row] ?? 0, places[2 * row + 1] ?? 0] as const;
const distance = (row: number, x: number, y: number) => Math.hypot(at(row)[0] - x, at(row)[1] - y);
const all = Array.from({ length: 3000 }, (_, row) => row);

describe('points of the map', () => {
  it('are found by place as by comparing with all', () => {
    for (let n = 0; n < 200; n++) {
      const [x, y] = [Math.sin(n) * 1.1, Math.cos(n * 1.7) * 1.1];
      const right = all.toSorted((a, b) => distance(a, x, y) - distance(b, x, y))[0] ?? -1;
      expect(grid.nearest(x, y, 0.05)).toBe(distance(right, x, y) <= 0.05 ? right : -1);
    }
  });

  it('are caught by an outline as by comparing with all', () => {
    const circle = Array.from({ length: 64 }, (_, n) => [
      0.3 + 0.4 * Math.cos((n * Math.PI) / 32),
      -0.2 + 0.4 * Math.sin((n * Math.PI) / 32),
    ]).flat();
    const caught = new Set(grid.inside(circle));
    for (const row of all) {
      const away = distance(row, 0.3, -0.2);
      if (away < 0.395) expect(caught.has(row)).toBe(true);
      if (away > 0.4) expect(caught.has(row)).toBe(false);
    }
    expect(grid.inside([0, 0, 1, 1])).toEqual([]);
  });

  it('lead on in a direction, and end at the edge', () => {
    const row = grid.nearest(0, 0, 1);
    const right = grid.towards(row, 1, 0);
    expect(at(right)[0]).toBeGreaterThan(at(row)[0]);
    expect(Math.abs(at(right)[1] - at(row)[1])).toBeLessThanOrEqual(at(right)[0] - at(row)[0]);
    const edge = all.toSorted((a, b) => at(b)[0] - at(a)[0])[0] ?? 0;
    expect(grid.towards(edge, 1, 0)).toBe(-1);
  });
});
