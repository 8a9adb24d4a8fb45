import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStillFiles } from './stillFiles.ts';
import { temporaryFolder } from './testing/fakeLibrary.ts';
import { createWatchQueue } from './watchQueue.ts';
import { watchRoots } from './watchRoots.ts';

describe('createStillFiles', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('takes a file when it was the same at two looks that far apart', () => {
    const still = createStillFiles(1000);
    const file = { relativePath: 'doors/a.wav', bytes: 10, mtimeMs: 1 };
    expect(still.isStill(file)).toBe(false);
    expect([...still.takeFolders()]).toEqual(['doors']);
    vi.advanceTimersByTime(900);
    expect(still.isStill({ ...file, bytes: 20 })).toBe(false);
    vi.advanceTimersByTime(900);
    expect(still.isStill({ ...file, bytes: 20 })).toBe(false);
    vi.advanceTimersByTime(100);
    expect(still.isStill({ ...file, bytes: 20 })).toBe(true);
    expect([...still.takeFolders()]).toEqual(['doors']);
    expect([...still.takeFolders()]).toEqual([]);
  });
});

describe('createWatchQueue', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('waits until nothing changes any more, but not for ever', async () => {
    const queue = createWatchQueue({ quiet: 100, longest: 350 }, new AbortController().signal);
    queue.addPath(1, 'doors/a.wav');
    vi.advanceTimersByTime(90);
    queue.addFolder(1, 'rain');
    vi.advanceTimersByTime(90);
    expect(queue.isDue()).toBe(false);
    vi.advanceTimersByTime(10);
    expect(queue.isDue()).toBe(true);
    expect(await queue.next()).toEqual(
      new Map([[1, { folders: new Set(['doors', 'rain']), trees: new Set(['doors/a.wav']) }]]),
    );
    expect(queue.isDue()).toBe(false);
    for (let count = 0; count < 5; count++) {
      queue.addFolder(2, '');
      vi.advanceTimersByTime(80);
    }
    expect(queue.isDue()).toBe(true);
  });

  it('looks at the whole source where that is asked for, or no more work', async () => {
    const queue = createWatchQueue({ quiet: 10, longest: 10 }, new AbortController().signal);
    queue.addFolder(1, 'doors');
    queue.addAll(1);
    queue.addFolder(1, 'rain');
    for (let count = 0; count < 3000; count++) queue.addFolder(2, `folder ${count}`);
    vi.advanceTimersByTime(10);
    expect(await queue.next()).toEqual(
      new Map([
        [1, undefined],
        [2, undefined],
      ]),
    );
  });

  it('gives nothing once it is stopped', async () => {
    const stop = new AbortController();
    const queue = createWatchQueue({ quiet: 10, longest: 10 }, stop.signal);
    const next = queue.next();
    stop.abort();
    expect((await next).size).toBe(0);
  });
});

describe('watchRoots', () => {
  it('tells of a folder that goes, comes back and is another, and of a sleep', async () => {
    const folder = temporaryFolder();
    const root = join(folder.path, 'drive');
    let time = 0;
    const roots = watchRoots(1000, () => time);
    const look = async () => [...(await roots.look([root, folder.path]))];
    mkdirSync(root);
    expect(await look()).toEqual([]);
    expect(await look()).toEqual([]);
    renameSync(root, `${root} unplugged`);
    expect(await look()).toEqual([root]);
    expect(await look()).toEqual([]);
    mkdirSync(root);
    expect(await look()).toEqual([root]);
    time += 5000;
    expect(await look()).toEqual([root, folder.path]);
    folder.remove();
  });
});
