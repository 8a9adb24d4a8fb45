import { expect, it } from 'vitest';
import { createStageTimer } from './stageTimer.ts';

it('adds up what each stage takes', () => {
  let now = 0;
  const timer = createStageTimer(['encode', 'sample', 'decode'], () => now);
  now = 5;
  timer.enter('encode');
  now = 8;
  timer.enter('sample');
  now = 10;
  timer.enter('sample');
  now = 18;
  timer.enter('encode');
  now = 19;
  expect(timer.times()).toEqual({ encode: 4, sample: 10, decode: 0 });
});
