import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markedParts } from './markedParts.ts';
import type { FileRegion } from './metadata/fileMetadata.ts';

const place = (start: number, label = ''): FileRegion => ({ start, end: start, label, kind: 'marker' });
const stretch = (start: number, end: number, label = ''): FileRegion => ({
  start,
  end,
  label,
  kind: 'region',
});
const parts = (regions: FileRegion[], seconds = 10) =>
  markedParts(regions, seconds).map(({ start, end, label }) => [start, end, label]);

describe('markedParts', () => {
  it('reaches from a marker to the next, and from the last to the end', () => {
    expect(parts([place(1, 'Rusty gate'), stretch(2, 3), place(4), place(9, 'Marker 03')])).toEqual([
      [1, 4, 'Rusty gate'],
      [2, 3, ''],
      [4, 9, ''],
      [9, 10, ''],
    ]);
  });

  it('leaves out what is no stretch, and what is all of the file and says no more', () => {
    expect(parts([place(0), place(9.96, 'tick'), stretch(3, 3.01), stretch(0, 10)])).toEqual([[0, 9.96, '']]);
    expect(parts([place(0)])).toEqual([]);
    expect(parts([place(0, 'gate creak')])).toEqual([[0, 10, 'gate creak']]);
    expect(parts([stretch(0, 99), stretch(2, 99)])).toEqual([[2, 10, '']]);
  });

  it('takes the label of two at the same place', () => {
    expect(parts([stretch(1, 2), { ...stretch(1, 2, 'gate creak'), kind: 'loop' }])).toEqual([
      [1, 2, 'gate creak'],
    ]);
  });

  it('gives parts that lie in the file, each place once, whatever a file holds', () => {
    const seconds = fc.double({ min: 0, max: 30, noNaN: true });
    const region = fc
      .tuple(
        seconds,
        seconds,
        fc.string(),
        fc.constantFrom('marker' as const, 'region' as const, 'loop' as const),
      )
      .map(([a, b, label, kind]): FileRegion => {
        const start = Math.min(a, b);
        return { start, end: kind === 'marker' ? start : Math.max(a, b), label, kind };
      });
    fc.assert(
      fc.property(fc.array(region, { maxLength: 40 }), seconds, (regions, length) => {
        const sorted = regions.filter(({ start }) => start <= length).sort((a, b) => a.start - b.start);
        const found = markedParts(sorted, length);
        for (const { start, end } of found) {
          expect(end - start).toBeGreaterThan(0.04);
          expect(end).toBeLessThanOrEqual(length);
        }
        expect(new Set(found.map(({ start, end }) => `${start} ${end}`)).size).toBe(found.length);
      }),
    );
  });
});
