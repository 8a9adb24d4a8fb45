import { describe, expect, it } from 'vitest';
import { createTimeLeft } from './timeLeft.ts';

const sample = (done: number) => ({ stage: 'sample' as const, done, of: 10 });

describe('the time left', () => {
  it('is not told before a step was measured, then follows the steps', () => {
    let now = 0;
    const timeLeft = createTimeLeft(1, () => now);
    expect(timeLeft.progress(sample(0))).toEqual({ share: 0, left: null });
    now = 1000;
    const first = timeLeft.progress(sample(1));
    expect(first.left).toBeGreaterThanOrEqual(9);
    now = 5000;
    const half = timeLeft.progress(sample(5));
    expect(half.left).toBeLessThan(first.left ?? 0);
    expect(half.share).toBeGreaterThan(0.3);
    expect(half.share).toBeLessThan(0.6);
  });

  it('counts the rows of steps that take more or fewer of them', () => {
    let now = 0;
    const timeLeft = createTimeLeft(1, () => now);
    const rows = (done: number) => ({ ...sample(1), rows: { done, of: 20 } });
    timeLeft.progress(rows(0));
    now = 1000;
    const first = timeLeft.progress(rows(1)).left ?? 0;
    now = 5000;
    expect(timeLeft.progress(rows(5)).left).toBeCloseTo(first - 4, 5);
    expect(first).toBeGreaterThan(19);
  });

  it('knows after one take what the next ones take', () => {
    let now = 0;
    const timeLeft = createTimeLeft(3, () => now);
    timeLeft.progress(sample(0));
    now = 2000;
    timeLeft.progress(sample(10));
    now = 3000; // 2 s of steps, 1 s of the rest
    timeLeft.finished();
    now = 3200;
    timeLeft.progress(sample(0));
    now = 4200;
    // Half of this one's steps, its rest, and one whole take.
    expect(timeLeft.progress(sample(5)).left).toBeCloseTo(1 + 1 + 3, 5);
  });
});
