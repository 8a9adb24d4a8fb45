import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { fakeAnalyser, temporaryFolder, writeTone } from './testing/fakeLibrary.ts';
import { watchLibrary } from './watch.ts';

vi.setConfig({ testTimeout: 240_000 });
const refuse = vi.hoisted(() => ({ code: '' }));
// A network drive that tells nothing, or a system that has run out of watches.
vi.mock(import('node:fs'), async (original) => {
  const { EventEmitter } = await import('node:events');
  const watch = (): unknown => {
    if (refuse.code !== '') throw Object.assign(new Error('watch'), { code: refuse.code });
    return Object.assign(new EventEmitter(), { close: () => undefined });
  };
  return { ...(await original()), watch: watch as never };
});

const QUICK = { quiet: 20, longest: 100, still: 50, beat: 50 };
const soon = { timeout: 120_000, interval: 25 };
let folder: ReturnType<typeof temporaryFolder>;
let root: string;
let catalogue: Catalogue;
let warnings: string[];
const stop = { current: new AbortController() };
beforeEach(() => {
  folder = temporaryFolder();
  root = join(folder.path, 'sounds');
  for (const name of ['a', 'b', 'c']) mkdirSync(join(root, name), { recursive: true });
  catalogue = openCatalogue(join(folder.path, 'catalogue.db'));
  catalogue.sources.put(root, 'folder', null);
  warnings = [];
  stop.current = new AbortController();
});
afterEach(() => {
  catalogue.close();
  folder.remove();
});

function start(timing: object) {
  return watchLibrary(
    { catalogue, analyser: fakeAnalyser(), signal: stop.current.signal },
    { onChange: () => undefined, onWarning: (line) => warnings.push(line), timing: { ...QUICK, ...timing } },
  );
}

it('looks at everything at intervals where the system refuses to watch, and says so once', async () => {
  refuse.code = 'ENOSPC';
  const watch = start({ rescan: 1e9, rescanUnwatched: 200 });
  await vi.waitFor(() => {
    expect(warnings).toHaveLength(1);
  }, soon);
  writeTone(join(root, 'b', 'rain.wav'));
  await vi.waitFor(() => {
    expect(catalogue.words.search('rain', 5)).toHaveLength(1);
  }, soon);
  expect(warnings).toEqual([expect.stringContaining('max_user_watches')]);
  stop.current.abort();
  await watch.done;
});

it('finds what no event told of at the next interval', async () => {
  refuse.code = '';
  const watch = start({ rescan: 200 });
  await vi.waitFor(() => {
    expect(catalogue.sources.all()).toHaveLength(1);
  }, soon);
  writeTone(join(root, 'c', 'rain.wav'));
  await vi.waitFor(() => {
    expect(catalogue.words.search('rain', 5)).toHaveLength(1);
  }, soon);
  expect(warnings).toEqual([]);
  stop.current.abort();
  await watch.done;
});

it('finds it on demand', async () => {
  refuse.code = '';
  writeTone(join(root, 'a', 'first.wav'));
  const watch = start({ rescan: 1e9 });
  await vi.waitFor(() => {
    expect(catalogue.words.search('first', 5)).toHaveLength(1);
  }, soon);
  writeTone(join(root, 'a', 'rain.wav'));
  watch.rescan();
  await vi.waitFor(() => {
    expect(catalogue.words.search('rain', 5)).toHaveLength(1);
  }, soon);
  stop.current.abort();
  await watch.done;
});
