import { expect, it } from 'vitest';
import { createWakeable } from './wakeable.ts';

it('works once more when it was woken while it worked, and never twice at a time', async () => {
  let [atOnce, most, times] = [0, 0, 0];
  const worker = createWakeable(async () => {
    most = Math.max(most, ++atOnce);
    times++;
    await Promise.resolve();
    atOnce--;
  });
  for (let i = 0; i < 5; i++) worker.wake();
  await worker.idle();
  expect([most, times]).toEqual([1, 2]);
  worker.wake();
  await Promise.resolve();
  worker.wake();
  await worker.idle();
  expect([most, times]).toEqual([1, 4]);
});
