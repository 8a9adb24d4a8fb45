import { describe, expect, it } from 'vitest';
import { drawnRows, elementHeight, elementTop, listTop, TALLEST, topShowing } from './virtualScroll.ts';

const million = { count: 1_000_000, rowHeight: 28, viewport: 700 };
const few = { count: 100, rowHeight: 28, viewport: 700 };
const end = 28 * 1_000_000 - 700;

describe('a list taller than an element can be', () => {
  it('reaches its last row by the scroll bar, and its first again', () => {
    const bottom = elementHeight(million) - 700;
    const top = listTop(million, 0, 0, bottom);
    expect(top).toBeCloseTo(end);
    expect(drawnRows(million, top)[1]).toBe(1_000_000);
    expect(listTop(million, top, bottom, 0)).toBe(0);
  });

  it('moves pixel by pixel with the wheel, wherever it is', () => {
    const top = 14_000_000;
    const at = elementTop(million, top);
    expect(listTop(million, top, at, at + 100)).toBeCloseTo(top + 100);
    expect(listTop(million, top, at, at - 53)).toBeCloseTo(top - 53);
  });

  it('is put back by its share: place and element tell each other', () => {
    for (const top of [0, 1234, 9_999_999, end]) {
      const at = elementTop(million, top);
      expect(at).toBeLessThanOrEqual(TALLEST - 700);
      expect(listTop(million, 20_000_000, elementTop(million, 20_000_000), at)).toBeCloseTo(top, 4);
    }
  });

  it('shows a row with as little movement as that takes', () => {
    expect(topShowing(million, 0, 999_999)).toBe(end);
    expect(topShowing(million, 1000, 40)).toBe(1000);
    expect(topShowing(million, 1000, 10)).toBe(280);
  });
});

describe('a list that fits into an element', () => {
  it('is scrolled as any element', () => {
    expect(elementHeight(few)).toBe(2800);
    expect(listTop(few, 0, 0, 2100)).toBe(2100);
    expect(elementTop(few, 2100)).toBe(2100);
    expect(drawnRows(few, 0)).toEqual([0, 31]);
    expect(drawnRows({ ...few, count: 0 }, 0)).toEqual([0, 0]);
  });
});
