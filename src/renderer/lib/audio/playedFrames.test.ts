import { describe, expect, test } from 'vitest';
import { playedFrames } from './playedFrames.ts';

/** The frames themselves, one by one. */
const heard = (...asked: Parameters<typeof playedFrames>): number[] =>
  playedFrames(...asked).flatMap(({ start, end }) =>
    Array.from({ length: end - start }, (_, at) => start + at),
  );

describe('playedFrames', () => {
  test('without a loop, what follows in the file', () => {
    expect(heard(10, null, 0, 4)).toEqual([10, 11, 12, 13]);
    expect(heard(10, null, -2, 3)).toEqual([8, 9, 10]);
  });

  test('a loop goes on at its beginning, however often', () => {
    expect(heard(5, { start: 4, end: 7 }, 0, 9)).toEqual([5, 6, 4, 5, 6, 4, 5, 6, 4]);
    expect(heard(5, { start: 4, end: 7 }, 1000, 3)).toEqual([6, 4, 5]);
  });

  test('what begins before the loop leads into it', () => {
    expect(heard(1, { start: 4, end: 6 }, 0, 8)).toEqual([1, 2, 3, 4, 5, 4, 5, 4]);
  });

  test('pieces that are asked for one after another are what one piece would be', () => {
    const loop = { start: 3, end: 8 };
    const whole = heard(2, loop, 0, 40);
    const pieces = [0, 7, 14, 21, 28, 35].flatMap((after) => heard(2, loop, after, Math.min(7, 40 - after)));
    expect(pieces).toEqual(whole);
  });

  test('what begins behind the loop never comes to it', () => {
    expect(heard(9, { start: 4, end: 7 }, 0, 3)).toEqual([9, 10, 11]);
  });
});
