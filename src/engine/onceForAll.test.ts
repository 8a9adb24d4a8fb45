import { expect, it } from 'vitest';
import type { EngineProgress, Work } from './context.ts';
import { onceForAll } from './onceForAll.ts';

const halfWay: EngineProgress = { stage: 'backup', done: 1, of: 2 };

it('is done once, and everybody who waits hears how far it is', async () => {
  const given: Work[] = [];
  let finish: (() => void) | undefined;
  const act = onceForAll(async (work) => {
    given.push(work);
    await new Promise<void>((resolve) => (finish = resolve));
  });
  const heard: string[] = [];
  const silent = act({});
  const listening = act({ onProgress: () => heard.push('second') });
  given[0]?.onProgress?.(halfWay);
  expect(heard).toEqual(['second']);
  finish?.();
  await Promise.all([silent, listening]);
  await act({});
  given[0]?.onProgress?.(halfWay);
  expect(given).toHaveLength(1);
  expect(heard).toHaveLength(1);
});

it('goes on with the next one where it was stopped', async () => {
  const stop = new AbortController();
  let times = 0;
  const act = onceForAll(async ({ signal }) => {
    times += 1;
    await Promise.resolve();
    signal?.throwIfAborted();
  });
  const first = act({ signal: stop.signal });
  const others = [act({}), act({})];
  stop.abort();
  await expect(first).rejects.toThrow('aborted');
  await Promise.all(others);
  expect(times).toBe(2);
});
