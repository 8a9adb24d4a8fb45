import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RefoleyError } from '#core/errors.ts';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { Analyser } from './analyser.ts';
import type { ScanProgress } from './scanContext.ts';
import { addSource, removeSource, rescan } from './sources.ts';
import { fakeAnalyser, temporaryFolder, writeTone } from './testing/fakeLibrary.ts';

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
let catalogue: Catalogue;
beforeEach(() => {
  folder = temporaryFolder();
  root = join(folder.path, 'sounds');
  mkdirSync(root);
  catalogue = openCatalogue(join(folder.path, 'data', 'catalogue.db'));
});
afterEach(() => {
  catalogue.close();
  folder.remove();
});

const file = (name: string) => join(root, name);
const counts = ({ added, updated, unchanged, missing, failed }: Awaited<ReturnType<typeof addSource>>) => ({
  ...{ added, updated, unchanged, missing },
  failed: failed.map(({ path, kind }) => [path, kind]),
});
const captions = () => catalogue.sounds.list().map(({ relativePath, caption }) => [relativePath, caption]);
const kinds = () =>
  catalogue.sounds.list().map(({ id }) => {
    return (['text', 'audio'] as const).filter((kind) => catalogue.embeddings.get(id, kind, 'fake'));
  });

describe('addSource', () => {
  it('adds what is there once, with its embeddings', async () => {
    writeTone(file('doors/Door_Slam 01.wav'), 1);
    writeTone(file('01.wav'), 2);
    writeTone(file('.hidden.wav'), 3);
    writeFileSync(file('notes.txt'), 'no audio');
    const analyser = fakeAnalyser();
    const first = await addSource({ catalogue, analyser }, root);
    expect(counts(first)).toEqual({ added: 2, updated: 0, unchanged: 0, missing: 0, failed: [] });
    expect(captions()).toEqual([
      ['01.wav', ''],
      ['doors/Door_Slam 01.wav', 'door slam'],
    ]);
    expect(kinds()).toEqual([['audio'], ['text', 'audio']]);
    expect(catalogue.sounds.list()[1]).toMatchObject({
      sampleRate: 8000,
      channels: 1,
      bits: 16,
      seconds: 0.1,
      end: 0.1,
    });
    const epoch = catalogue.epoch();
    const again = await addSource({ catalogue, analyser }, `${root}/`);
    expect(counts(again)).toEqual({ added: 0, updated: 0, unchanged: 2, missing: 0, failed: [] });
    expect(analyser.audio).toHaveLength(2);
    expect(catalogue.epoch()).toBe(epoch);
  });

  it('follows links, and ends where they make a loop', async () => {
    writeTone(file('a/gate.wav'));
    symlinkSync(root, file('a/loop'));
    symlinkSync(file('a/gate.wav'), file('linked gate.wav'));
    const report = await addSource({ catalogue, analyser: fakeAnalyser() }, root);
    expect(report.added).toBe(2);
  });

  it('sees new, changed, touched, missing and returned files', async () => {
    for (const name of ['same', 'changed', 'touched', 'gone', 'returns'])
      writeTone(file(`${name}.wav`), name.length);
    const analyser = fakeAnalyser();
    await addSource({ catalogue, analyser }, root);
    renameSync(file('returns.wav'), join(folder.path, 'aside.wav'));
    expect((await rescan({ catalogue, analyser })).missing).toBe(1);
    writeTone(file('changed.wav'), 99);
    utimesSync(file('touched.wav'), new Date(), new Date(Date.now() + 60_000));
    rmSync(file('gone.wav'));
    renameSync(join(folder.path, 'aside.wav'), file('returns.wav'));
    writeTone(file('new.wav'), 50);
    analyser.audio.length = 0;
    expect(counts(await rescan({ catalogue, analyser }))).toMatchObject({
      added: 1,
      updated: 1,
      unchanged: 3,
      missing: 1,
    });
    expect(analyser.audio).toHaveLength(2);
    expect(
      catalogue.sounds
        .list()
        .filter(({ missing }) => missing)
        .map(({ relativePath }) => relativePath),
    ).toEqual(['gone.wav']);
  });

  it('lists a file that fails with the reason, goes on, and takes it when it is mended', async () => {
    writeTone(file('a.wav'), 1);
    writeFileSync(file('broken.wav'), 'not a wav at all');
    writeTone(file('z.wav'), 2);
    const context = { catalogue, analyser: fakeAnalyser() };
    expect(counts(await addSource(context, root))).toMatchObject({
      added: 2,
      failed: [[file('broken.wav'), 'corrupt']],
    });
    expect(catalogue.sounds.list().map(({ problem }) => problem?.split(':')[0])).toEqual([
      undefined,
      'corrupt',
      undefined,
    ]);
    expect((await rescan(context)).failed).toHaveLength(1);
    writeTone(file('broken.wav'), 3);
    expect(counts(await rescan(context))).toMatchObject({ added: 1, unchanged: 2, failed: [] });
    expect(catalogue.sounds.list().every(({ problem }) => problem === null)).toBe(true);
  });

  it('drops the embeddings of a sound that has become unreadable', async () => {
    writeTone(file('gate creak.wav'));
    const context = { catalogue, analyser: fakeAnalyser() };
    await addSource(context, root);
    writeFileSync(file('gate creak.wav'), 'overwritten');
    expect((await rescan(context)).failed).toHaveLength(1);
    expect(kinds()).toEqual([[]]);
  });

  it('takes a fault of one sound for that, and the end of inference for the end', async () => {
    for (const [index, name] of ['one.wav', 'two.wav', 'three.wav'].entries()) writeTone(file(name), index);
    const analyser = fakeAnalyser();
    let calls = 0;
    const failing = (kind: 'internal' | 'unavailable'): Analyser => ({
      ...analyser,
      analyse(path, parts) {
        if (++calls !== 2) return analyser.analyse(path, parts);
        if (kind === 'unavailable') return Promise.reject(new RefoleyError(kind, 'no'));
        return Promise.resolve({ problem: { kind, message: 'no' } });
      },
    });
    expect(counts(await addSource({ catalogue, analyser: failing('internal') }, root))).toMatchObject({
      added: 2,
    });
    calls = 1;
    await expect(addSource({ catalogue, analyser: failing('unavailable') }, root)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(counts(await rescan({ catalogue, analyser }))).toMatchObject({
      added: 1,
      unchanged: 2,
      failed: [],
    });
  });

  it('stops when it is told to, keeps what it has, and goes on later', async () => {
    for (let index = 0; index < 6; index++) writeTone(file(`tone${index}x.wav`), index);
    const analyser = fakeAnalyser();
    const abort = new AbortController();
    const onProgress = ({ stage, done, total }: ScanProgress) => {
      expect(total).toBe(6);
      if (stage === 'analysed' && done === 3) abort.abort();
    };
    const stopped = addSource({ catalogue, analyser, signal: abort.signal, onProgress }, root);
    await expect(stopped).rejects.toMatchObject({ kind: 'cancelled' });
    expect(catalogue.sounds.list().filter(({ stage }) => stage === 'analysed')).toHaveLength(3);
    expect(counts(await rescan({ catalogue, analyser }))).toMatchObject({ added: 3, unchanged: 3 });
  });

  it('is paused at a gate between files, and stopped there', async () => {
    for (let index = 0; index < 6; index++) writeTone(file(`tone${index}x.wav`), index);
    const analyser = fakeAnalyser();
    const abort = new AbortController();
    const passed: string[] = [];
    let open = (): void => undefined;
    const gate = (stage: string) => {
      passed.push(stage);
      if (passed.filter((at) => at === 'analysed').length !== 4) return Promise.resolve();
      return new Promise<void>((resolve) => (open = resolve));
    };
    const context = { catalogue, analyser, gate, signal: abort.signal };
    const scan = addSource(context, root);
    // One before the captions are embedded, one after, and two before files.
    await vi.waitFor(() => {
      expect(passed.filter((at) => at === 'analysed')).toHaveLength(4);
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(analyser.audio).toHaveLength(1);
    open();
    expect(counts(await scan)).toMatchObject({ added: 6 });
    expect([...new Set(passed)]).toEqual(['listed', 'read', 'analysed']);

    writeTone(file('another.wav'), 9);
    const shut = rescan({ ...context, gate: () => new Promise(() => undefined) });
    abort.abort();
    await expect(shut).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(
      rescan({ catalogue, analyser, gate: () => Promise.reject(new RefoleyError('unavailable', 'shut')) }),
    ).rejects.toMatchObject({ message: 'shut' });
  });

  it('finds thousands of new files by their words, and knows each', async () => {
    for (let index = 0; index < 1000; index++) writeFileSync(file(`heavy door ${index}x.wav`), 'x');
    const context = { catalogue, analyser: fakeAnalyser() };
    expect((await addSource(context, root)).failed).toHaveLength(1000);
    expect(catalogue.words.search('door', 2000)).toHaveLength(1000);
    expect(catalogue.integrity()).toEqual([]);
    writeTone(file('gate creak.wav'), 1);
    rmSync(file('heavy door 5x.wav'));
    expect(await rescan(context)).toMatchObject({ added: 1, missing: 1 });
    expect(catalogue.words.search('gate', 5)).toHaveLength(1);
    expect(catalogue.words.search('door', 2000)).toHaveLength(999);
    expect(catalogue.integrity()).toEqual([]);
  });

  it('analyses again with another pack and keeps the embeddings of the first', async () => {
    writeTone(file('gate creak.wav'));
    await addSource({ catalogue, analyser: fakeAnalyser() }, root);
    expect(counts(await rescan({ catalogue, analyser: fakeAnalyser('other') }))).toMatchObject({
      updated: 1,
    });
    expect(kinds()).toEqual([['text', 'audio']]);
    expect(counts(await rescan({ catalogue, analyser: fakeAnalyser() }))).toMatchObject({ unchanged: 1 });
  });

  it('knows a file that was moved or renamed: same id, not heard again, words by its new name', async () => {
    writeTone(file('gate creak.wav'), 1);
    writeTone(file('rain.wav'), 2);
    const analyser = fakeAnalyser();
    await addSource({ catalogue, analyser }, root);
    mkdirSync(file('doors'));
    renameSync(file('gate creak.wav'), file('doors/barn door.wav'));
    const report = await rescan({ catalogue, analyser });
    expect(counts(report)).toEqual({ added: 0, updated: 1, unchanged: 1, missing: 0, failed: [] });
    expect(analyser.audio).toHaveLength(2);
    expect(captions()).toEqual([
      ['doors/barn door.wav', 'barn door'],
      ['rain.wav', 'rain'],
    ]);
    expect(catalogue.words.search('barn', 5)).toEqual([1]);
    expect(catalogue.words.search('gate', 5)).toEqual([]);
    expect(kinds()[0]).toEqual(['text', 'audio']);
    expect(catalogue.integrity()).toEqual([]);
  });

  it('hears equal files once', async () => {
    writeTone(file('gate creak.wav'), 1);
    const analyser = fakeAnalyser();
    await addSource({ catalogue, analyser }, root);
    writeTone(file('copy/gate creak.wav'), 1);
    writeTone(file('same size.wav'), 2);
    expect((await rescan({ catalogue, analyser })).added).toBe(2);
    expect(analyser.audio).toHaveLength(2);
    const [first, , copy] = catalogue.sounds.list();
    expect(copy?.sha256).toBe(first?.sha256);
    expect(kinds()).toEqual(Array(3).fill(['text', 'audio']));
  });

  it('finds a listed file by its name before it is read, and by its meaning before it is heard', async () => {
    writeTone(file('gate creak.wav'), 1);
    const stop = new RefoleyError('unavailable', 'no inference');
    const deaf = (can: Partial<Analyser>) => ({
      ...fakeAnalyser(),
      analyse: () => Promise.reject(stop),
      ...can,
    });
    const mute = deaf({ embedTexts: () => Promise.reject(stop) });
    await expect(addSource({ catalogue, analyser: mute }, root)).rejects.toBe(stop);
    expect(catalogue.words.search('creak', 5)).toEqual([1]);
    expect(kinds()).toEqual([[]]);
    await expect(rescan({ catalogue, analyser: deaf({}) })).rejects.toBe(stop);
    expect(kinds()).toEqual([['text']]);
    expect(catalogue.sounds.byId(1)).toMatchObject({ stage: 'read', sampleRate: 8000, seconds: 0.1 });
  });

  it('takes a source that cannot be reached for offline, and has it back as it was', async () => {
    writeTone(file('gate creak.wav'), 1);
    const analyser = fakeAnalyser();
    await addSource({ catalogue, analyser }, root);
    renameSync(root, `${root} unplugged`);
    expect((await rescan({ catalogue, analyser })).missing).toBe(1);
    expect(catalogue.sounds.byId(1)?.missing).toBe(true);
    expect(catalogue.words.search('creak', 5)).toEqual([]);
    renameSync(`${root} unplugged`, root);
    expect(counts(await rescan({ catalogue, analyser }))).toMatchObject({ unchanged: 1, missing: 0 });
    expect(catalogue.sounds.byId(1)?.missing).toBe(false);
    expect(analyser.audio).toHaveLength(1);
  });

  it('refuses what is no folder', async () => {
    writeTone(file('a.wav'));
    const context = { catalogue, analyser: fakeAnalyser() };
    await expect(addSource(context, file('a.wav'))).rejects.toMatchObject({ kind: 'input' });
    await expect(addSource(context, file('nowhere'))).rejects.toMatchObject({ kind: 'not-found' });
    expect(catalogue.sources.all()).toEqual([]);
  });
});

describe('captions', () => {
  const csv = (text: string) => {
    writeFileSync(file('captions.csv'), text);
  };

  it('are taken from captions.csv, and a change of it costs no decoding', async () => {
    writeTone(file('01.wav'), 1);
    writeTone(file('sub/02.wav'), 2);
    csv('\uFEFFfile,caption,licence,author,catId\n01.wav,"a ""wet"" slap, hard",CC0-1.0,Ann,WATRSplsh\n');
    const analyser = fakeAnalyser();
    await addSource({ catalogue, analyser }, root);
    expect(catalogue.sounds.list()[0]).toMatchObject({
      ...{
        caption: 'a "wet" slap, hard',
        captionFrom: 'user',
        licence: 'CC0-1.0',
        author: 'Ann',
        catId: 'WATRSplsh',
      },
    });
    csv('file;caption\n./01.wav;another slap\nsub\\02.wav;a drip\n');
    expect(counts(await rescan({ catalogue, analyser }))).toMatchObject({ updated: 2, unchanged: 0 });
    expect(captions()).toEqual([
      ['01.wav', 'another slap'],
      ['sub/02.wav', 'a drip'],
    ]);
    expect(kinds()).toEqual([
      ['text', 'audio'],
      ['text', 'audio'],
    ]);
    expect(analyser.audio).toHaveLength(2);
    expect(counts(await rescan({ catalogue, analyser }))).toMatchObject({ updated: 0, unchanged: 2 });
  });

  it('that the user gave outlive the row and a change of the file', async () => {
    writeTone(file('01.wav'), 1);
    csv('file,caption\n01.wav,a wet slap\n');
    const context = { catalogue, analyser: fakeAnalyser() };
    await addSource(context, root);
    csv('file,caption\n');
    writeTone(file('01.wav'), 2);
    expect(counts(await rescan(context))).toMatchObject({ updated: 1 });
    expect(captions()).toEqual([['01.wav', 'a wet slap']]);
  });

  it('refuse a file without the columns before anything is added', async () => {
    writeTone(file('01.wav'));
    csv('name,text\n01.wav,slap\n');
    await expect(addSource({ catalogue, analyser: fakeAnalyser() }, root)).rejects.toMatchObject({
      kind: 'input',
    });
    expect(catalogue.sources.all()).toEqual([]);
  });

  it('come from bext where the name says nothing; a take of ours may not lead takes', async () => {
    writeTone(file('01.wav'), 1, { bext: { description: 'A heavy door falls shut' } });
    await addSource({ catalogue, analyser: fakeAnalyser() }, root);
    expect(catalogue.sounds.list()[0]).toMatchObject({
      caption: 'A heavy door falls shut',
      captionFrom: 'bext',
    });
    const ixml =
      '<BWFXML><REFOLEY><RECIPE>{}</RECIPE></REFOLEY><USER><CATID>DOORWood</CATID></USER></BWFXML>';
    writeTone(file('02.wav'), 2, { ixml });
    await rescan({ catalogue, analyser: fakeAnalyser() });
    expect(catalogue.sounds.list()[1]).toMatchObject({
      synthetic: true,
      mayCondition: false,
      catId: 'DOORWood',
    });
  });
});

describe('removeSource and rescan', () => {
  it('take a source out, and report a folder that is gone without ending', async () => {
    writeTone(file('a.wav'));
    const other = join(folder.path, 'other');
    writeTone(join(other, 'b.wav'));
    const context = { catalogue, analyser: fakeAnalyser() };
    await addSource(context, root);
    await addSource(context, other);
    rmSync(other, { recursive: true });
    expect(counts(await rescan(context))).toMatchObject({
      unchanged: 1,
      missing: 1,
      failed: [[other, 'not-found']],
    });
    expect(removeSource(catalogue, root)).toEqual({ removed: 1 });
    expect(() => removeSource(catalogue, root)).toThrow(
      expect.objectContaining({ kind: 'not-found' }) as Error,
    );
    expect(catalogue.sounds.count()).toBe(1);
  });

  it('moves the starter library with the app', async () => {
    writeTone(file('a.wav'));
    const context = { catalogue, analyser: fakeAnalyser() };
    await addSource(context, root, { kind: 'starter' });
    const moved = join(folder.path, 'moved');
    renameSync(root, moved);
    expect(counts(await addSource(context, moved, { kind: 'starter' }))).toMatchObject({
      added: 0,
      unchanged: 1,
    });
    expect(catalogue.sources.all()).toHaveLength(1);
  });
});
