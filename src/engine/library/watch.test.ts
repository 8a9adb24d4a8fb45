import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RefoleyError } from '#core/errors.ts';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { fakeAnalyser, temporaryFolder, writeTone } from './testing/fakeLibrary.ts';
import type { FakeAnalyser } from './testing/fakeLibrary.ts';
import { watchLibrary } from './watch.ts';
import type { LibraryChange, LibraryWatch } from './watch.ts';

vi.setConfig({ testTimeout: 240_000 });
const QUICK = { quiet: 40, longest: 200, still: 100, beat: 100, rescan: 1e9, retry: 300 };
/** Long enough for a machine that is busy with something else. */
const soon = { timeout: 120_000, interval: 25 };

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
let catalogue: Catalogue;
let analyser: FakeAnalyser;
let changes: LibraryChange[];
let warnings: string[];
let stop: AbortController;
let watch: LibraryWatch | undefined;
beforeEach(() => {
  folder = temporaryFolder();
  root = join(folder.path, 'sounds');
  mkdirSync(root);
  catalogue = openCatalogue(join(folder.path, 'data', 'catalogue.db'));
  catalogue.sources.put(root, 'folder', null);
  analyser = fakeAnalyser();
  [changes, warnings, stop, watch] = [[], [], new AbortController(), undefined];
});
afterEach(async () => {
  stop.abort();
  await watch?.done;
  expect(catalogue.integrity()).toEqual([]);
  catalogue.close();
  folder.remove();
});

const file = (name: string) => join(root, name);
const present = () =>
  catalogue.sounds.list().flatMap(({ relativePath, missing }) => (missing ? [] : [relativePath]));
const heard = () => catalogue.sounds.list().filter(({ stage }) => stage === 'analysed').length;

function start(rest: Partial<Parameters<typeof watchLibrary>[0]> = {}, timing = {}): void {
  watch = watchLibrary(
    { catalogue, analyser, signal: stop.signal, ...rest },
    {
      onChange: (change) => changes.push(change),
      onWarning: (line) => warnings.push(line),
      timing: { ...QUICK, ...timing },
    },
  );
}

describe('watchLibrary', () => {
  it('shows what is new, changed, renamed and gone, and keeps the id of what is renamed', async () => {
    writeTone(file('gate creak.wav'), 1);
    writeTone(file('rain.wav'), 2);
    start();
    await vi.waitFor(() => {
      expect(heard()).toBe(2);
    }, soon);

    writeTone(file('doors/slam.wav'), 3);
    await vi.waitFor(() => {
      expect(heard()).toBe(3);
    }, soon);
    await vi.waitFor(() => {
      expect(changes.at(-1)).toMatchObject({ source: root, stage: 'analysed', added: 1, failed: [] });
    }, soon);

    renameSync(file('gate creak.wav'), file('doors/barn door.wav'));
    await vi.waitFor(() => {
      expect(catalogue.sounds.byId(1)?.relativePath).toBe('doors/barn door.wav');
    }, soon);
    await vi.waitFor(() => {
      expect(heard()).toBe(3);
    }, soon);
    expect(analyser.audio).toHaveLength(3);
    expect(changes.some(({ moved, found }) => moved === 1 && found === 0)).toBe(true);

    writeTone(file('rain.wav'), 99);
    await vi.waitFor(() => {
      expect(analyser.audio).toHaveLength(4);
    }, soon);
    rmSync(file('rain.wav'));
    await vi.waitFor(() => {
      expect(present()).toEqual(['doors/barn door.wav', 'doors/slam.wav']);
    }, soon);
    expect(warnings).toEqual([]);
  });

  it('follows folders that are moved in, renamed and taken out, with all below them', async () => {
    start();
    const outside = join(folder.path, 'new library');
    writeTone(join(outside, 'doors/old/creak.wav'), 1);
    renameSync(outside, file('library'));
    await vi.waitFor(() => {
      expect(present()).toEqual(['library/doors/old/creak.wav']);
    }, soon);
    writeTone(file('library/doors/old/slam.wav'), 2);
    await vi.waitFor(() => {
      expect(present()).toHaveLength(2);
    }, soon);
    renameSync(file('library'), file('better name'));
    await vi.waitFor(() => {
      expect(present()).toEqual(['better name/doors/old/creak.wav', 'better name/doors/old/slam.wav']);
    }, soon);
    writeTone(file('better name/doors/old/knock.wav'), 3);
    await vi.waitFor(() => {
      expect(present()).toContain('better name/doors/old/knock.wav');
    }, soon);
    await vi.waitFor(() => {
      expect(heard()).toBe(3);
    }, soon);
    expect(catalogue.sounds.byId(1)?.relativePath).toBe('better name/doors/old/creak.wav');
    rmSync(file('better name/doors'), { recursive: true });
    await vi.waitFor(() => {
      expect(present()).toEqual([]);
    }, soon);
  });

  it.runIf(process.platform !== 'win32')('sees changes where a link leads', async () => {
    const outside = join(folder.path, 'other drive');
    writeTone(join(outside, 'a.wav'), 1);
    symlinkSync(outside, file('linked'));
    start();
    await vi.waitFor(() => {
      expect(present()).toEqual(['linked/a.wav']);
    }, soon);
    writeTone(join(outside, 'b.wav'), 2);
    await vi.waitFor(() => {
      expect(present()).toEqual(['linked/a.wav', 'linked/b.wav']);
    }, soon);
  });

  it('reads a file that grows when it is complete', async () => {
    start();
    writeTone(join(folder.path, 'whole.wav'), 5);
    await vi.waitFor(() => {
      expect(catalogue.sources.all()).toHaveLength(1);
    }, soon);
    const { readFileSync } = await import('node:fs');
    const bytes = readFileSync(join(folder.path, 'whole.wav'));
    writeFileSync(file('grows.wav'), '');
    for (let at = 0; at < bytes.length; at += 100) {
      appendFileSync(file('grows.wav'), bytes.subarray(at, at + 100));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await vi.waitFor(() => {
      expect(heard()).toBe(1);
    }, soon);
    await vi.waitFor(() => {
      expect(catalogue.sounds.byId(1)).toMatchObject({ bytes: bytes.length, seconds: 0.1, problem: null });
    }, soon);
  });

  it('takes new captions without hearing anything again', async () => {
    writeTone(file('01.wav'), 1);
    start();
    await vi.waitFor(() => {
      expect(heard()).toBe(1);
    }, soon);
    writeFileSync(file('captions.csv'), 'file,caption\n01.wav,a wet slap\n');
    await vi.waitFor(() => {
      expect(catalogue.words.search('slap', 5)).toEqual([1]);
    }, soon);
    expect(analyser.audio).toHaveLength(1);
  });

  it('takes a drive that is pulled for offline, and has it back', async () => {
    writeTone(file('rain.wav'), 1);
    start();
    await vi.waitFor(() => {
      expect(heard()).toBe(1);
    }, soon);
    renameSync(root, `${root} unplugged`);
    await vi.waitFor(() => {
      expect(catalogue.sounds.byId(1)?.missing).toBe(true);
    }, soon);
    expect(changes.at(-1)?.failed.map(({ path, kind }) => [path, kind])).toEqual([[root, 'not-found']]);
    renameSync(`${root} unplugged`, root);
    await vi.waitFor(() => {
      expect(catalogue.sounds.byId(1)?.missing).toBe(false);
    }, soon);
    writeTone(file('thunder.wav'), 2);
    await vi.waitFor(() => {
      expect(present()).toEqual(['rain.wav', 'thunder.wav']);
    }, soon);
  });

  it('lists what is new in the middle of a long analysis, which goes on afterwards', async () => {
    for (let index = 0; index < 30; index++) writeTone(file(`tone ${index}x.wav`), index);
    let allowed = 0;
    let asked = 0;
    const slow = {
      ...analyser,
      async analyse(...[path, parts]: Parameters<FakeAnalyser['analyse']>) {
        const turn = ++asked;
        await vi.waitFor(() => {
          expect(turn).toBeLessThanOrEqual(allowed);
        }, soon);
        return analyser.analyse(path, parts);
      },
    };
    start({ analyser: slow });
    await vi.waitFor(() => {
      expect(asked).toBe(1);
    }, soon);
    writeTone(file('thunder.wav'), 50);
    await vi.waitFor(
      () => {
        allowed++;
        expect(catalogue.words.search('thunder', 5)).toHaveLength(1);
      },
      { ...soon, interval: 200 },
    );
    expect(heard()).toBeLessThan(30);
    allowed = Infinity;
    await vi.waitFor(() => {
      expect(heard()).toBe(31);
    }, soon);
  });

  it('follows folders that are added to and taken out of the library meanwhile', async () => {
    start();
    const other = join(folder.path, 'other');
    writeTone(join(other, 'a.wav'), 1);
    const added = catalogue.sources.put(other, 'folder', null);
    await vi.waitFor(() => {
      expect(heard()).toBe(1);
    }, soon);
    catalogue.sources.remove(added.id);
    writeTone(join(other, 'b.wav'), 2);
    writeTone(file('c.wav'), 3);
    await vi.waitFor(() => {
      expect(present()).toEqual(['c.wav']);
    }, soon);
  });

  it('goes on when there is no inference for a while', async () => {
    writeTone(file('rain.wav'), 1);
    let fails = 2;
    const flaky = {
      ...analyser,
      analyse(...[path, parts]: Parameters<FakeAnalyser['analyse']>) {
        if (fails-- > 0) return Promise.reject(new RefoleyError('unavailable', 'no inference'));
        return analyser.analyse(path, parts);
      },
    };
    start({ analyser: flaky });
    await vi.waitFor(() => {
      expect(heard()).toBe(1);
    }, soon);
    expect(warnings).toEqual([expect.stringContaining('no inference')]);
  });

  it('ends at once when it is stopped, even while it is paused', async () => {
    writeTone(file('rain.wav'), 1);
    let waits = 0;
    start({
      gate: () => {
        waits++;
        return new Promise(() => undefined);
      },
    });
    await vi.waitFor(() => {
      expect(waits).toBeGreaterThan(0);
    }, soon);
    stop.abort();
    await watch?.done;
    expect(catalogue.sounds.count()).toBe(0);
  });

  it('ends with what ends any scan', async () => {
    writeTone(file('rain.wav'), 1);
    start({
      analyser: { ...analyser, embedTexts: () => Promise.reject(new RefoleyError('corrupt', 'no pack')) },
    });
    await expect(watch?.done).rejects.toMatchObject({ kind: 'corrupt' });
    watch = undefined;
  });
});
