import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRange } from './byteRange.ts';

describe('a range of bytes', () => {
  it.each([
    ['bytes=0-43', 100, { start: 0, end: 43 }],
    ['bytes=90-', 100, { start: 90, end: 99 }],
    ['bytes=-10', 100, { start: 90, end: 99 }],
    ['bytes=-1000', 100, { start: 0, end: 99 }],
    ['bytes=50-1000', 100, { start: 50, end: 99 }],
    ['bytes=100-', 100, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=0-1,5-6', 100, undefined],
    ['lines=1-2', 100, undefined],
    [null, 100, undefined],
  ])('%s of %d', (header, size, expected) => expect(parseRange(header, size)).toEqual(expected));

  it('lies within the file whatever is asked for', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat({ max: 1e9 }), (first, last, size) => {
        const range = parseRange(`bytes=${first}-${last}`, size);
        if (range === undefined || range === 'unsatisfiable') return;
        expect(range.start).toBeLessThanOrEqual(range.end);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });
});
