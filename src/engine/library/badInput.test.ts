import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeUtf8 } from '#core/audio/encoding.ts';
import { writeRiff } from '#core/audio/riffWrite.ts';
import { writeWav } from '#core/audio/wav.ts';
import { ERROR_KINDS } from '#core/errors.ts';
import type { FileStage } from '../catalogue/file.ts';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { ScanReport } from './scan.ts';
import type { ScanFailure } from './scanContext.ts';
import { addSource, rescan } from './sources.ts';
import { intactSounds, writeDamagedSounds } from './testing/damagedSounds.ts';
import { fakeAnalyser, temporaryFolder, writeTone } from './testing/fakeLibrary.ts';

// Hundreds of files, each with its own decoder, on a machine that may be busy.
vi.setConfig({ testTimeout: 600_000 });
const posix = process.platform !== 'win32';
const linux = process.platform === 'linux';
const MB = 1024 * 1024;

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
  expect(catalogue.integrity()).toEqual([]);
  catalogue.close();
  folder.remove();
});

const file = (name: string) => join(root, name);
const scan = (context: object = {}) => addSource({ catalogue, analyser: fakeAnalyser(), ...context }, root);
const reasons = ({ failed }: ScanReport) => Object.fromEntries(failed.map(({ path, kind }) => [path, kind]));

/** What is decoded in small blocks, and heard by no more filters than there is memory for. */
const UNHEARD = new Map([['65535 channels of 8 bits.wav', 'input']]);

/** One line that says what is wrong and, behind a colon or semicolon, what to do. */
function expectReason({ path, kind, message }: ScanFailure): void {
  expect(ERROR_KINDS, path).toContain(kind);
  expect(kind, `${path}: ${message}`).not.toBe('internal');
  expect(message, path).toMatch(/^[^\n]{10,700}[:;] [^\n]{5,}$/);
}

describe('a scan of damaged files', () => {
  it('gives each its reason or its samples, in bounded memory, and hears the good ones among them', async () => {
    const sounds = writeDamagedSounds(root).filter(({ name }) => name !== 'folder.wav');
    for (let index = 0; index < 5; index++) writeTone(file(`good ${index}x.wav`), index);
    const before = process.memoryUsage().rss;
    const report = await scan();
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * MB);
    const failed = reasons(report);
    const wrong = sounds.flatMap(({ name, expected }) => {
      const found = failed[file(name)] ?? 'samples';
      const allowed =
        expected === 'either' ? ['samples', 'corrupt', 'input'] : [UNHEARD.get(name) ?? expected];
      return allowed.includes(found) ? [] : [`${name}: ${found}, expected ${expected}`];
    });
    expect(wrong).toEqual([]);
    report.failed.forEach(expectReason);
    expect(report.added + report.failed.length).toBe(sounds.length + 5);
    const stages = catalogue.sounds.list().filter(({ relativePath }) => relativePath.startsWith('good'));
    expect(stages.map(({ stage, problem }) => [stage, problem])).toEqual(Array(5).fill(['analysed', null]));
    // The reasons are in the catalogue as well, and a rescan finds the same.
    for (const { path, problem } of catalogue.sounds.list())
      expect(problem?.split(':')[0], path).toBe(failed[path]);
    expect(reasons(await rescan({ catalogue, analyser: fakeAnalyser() }))).toEqual(failed);
  });

  it('takes any edit of good files for a sound or says why not', async () => {
    const whole = [...intactSounds()];
    const edit = fc.oneof(
      fc.record({ at: fc.nat(6000), cut: fc.nat(64), put: fc.uint8Array({ maxLength: 64 }) }),
      // Headers are where it hurts.
      fc.record({ at: fc.nat(90), cut: fc.constant(1), put: fc.uint8Array({ minLength: 1, maxLength: 1 }) }),
      fc.record({ at: fc.nat(60), cut: fc.constant(4), put: fc.constant(Uint8Array.of(255, 255, 255, 255)) }),
      fc.record({ at: fc.nat(6000), cut: fc.constant(1e6), put: fc.constant(new Uint8Array()) }),
    );
    const damaged = fc.record({
      of: fc.nat(whole.length - 1),
      edits: fc.array(edit, { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(damaged, { minLength: 12, maxLength: 12 }), async (files) => {
        rmSync(root, { recursive: true });
        mkdirSync(root);
        for (const [index, { of, edits }] of files.entries()) {
          const [name, bytes] = whole[of] ?? ['', new Uint8Array()];
          let changed = Buffer.from(bytes);
          for (const { at, cut, put } of edits)
            changed = Buffer.concat([changed.subarray(0, at), put, changed.subarray(at + cut)]);
          writeFileSync(file(`${index} ${name}`), changed);
        }
        const before = process.memoryUsage().rss;
        const report = await scan();
        expect(process.memoryUsage().rss - before).toBeLessThan(300 * MB);
        report.failed.forEach(expectReason);
        const present = catalogue.sounds.list().filter(({ missing, part }) => !missing && part === 'file');
        expect(present).toHaveLength(files.length);
        for (const { stage, problem, seconds, sampleRate, channels } of present) {
          expect(problem === null ? stage : 'failed').toBe(problem === null ? 'analysed' : 'failed');
          expect([seconds, sampleRate, channels].every((value) => Number.isFinite(value) && value >= 0)).toBe(
            true,
          );
        }
        expect(catalogue.integrity()).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('metadata', () => {
  const fmt = writeWav({ sampleRate: 8000, bits: 16, channels: [new Float32Array()] }).slice(20, 36);
  const data = new Uint8Array(1600);
  const wav = (...chunks: readonly (readonly [id: string, payload: Uint8Array])[]) =>
    writeRiff('RIFF', 'WAVE', [
      { id: 'fmt ', payload: fmt },
      ...chunks.map(([id, payload]) => ({ id, payload })),
      { id: 'data', payload: data },
    ]);
  const info = (id: string, payload: Uint8Array) =>
    ['LIST', writeRiff('LIST', 'INFO', [{ id, payload }]).subarray(8)] as const;

  it('of no UTF-8, of zeros, of half characters and of megabytes does no harm', async () => {
    const junk = Uint8Array.from({ length: 600 }, (_, index) => (index * 151) & 0xff);
    writeFileSync(
      file('info.wav'),
      wav(info('ICMT', Uint8Array.of(0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x41))),
    );
    writeFileSync(file('bext.wav'), wav(['bext', junk]));
    writeFileSync(file('ixml.wav'), wav(['iXML', junk]));
    const entities = '<BWFXML><USER><NOTES>a&#0;b&#xD800;c&#xFFFF;</NOTES></USER></BWFXML>';
    writeFileSync(file('entities.wav'), wav(['iXML', encodeUtf8(entities)]));
    writeFileSync(file('long.wav'), wav(info('ICMT', encodeUtf8('gate '.repeat(500_000)))));
    writeFileSync(file('id3.wav'), wav(['id3 ', junk]));
    writeFileSync(file('loops.wav'), wav(['smpl', new Uint8Array(64).fill(0xff)], ['cue ', junk]));
    const report = await scan();
    expect(report).toMatchObject({ added: 7, failed: [] });
    for (const { caption } of catalogue.sounds.list()) {
      expect(caption.isWellFormed()).toBe(true);
      expect(caption.length).toBeLessThan(500);
    }
  });

  it('of hundreds of thousands of fields is cut, and takes seconds', async () => {
    const fields = Array.from({ length: 300_000 }, (_, index) => `<N>x${index}</N>`).join('');
    writeFileSync(file('fields.wav'), wav(['iXML', encodeUtf8(`<BWFXML><USER>${fields}</USER></BWFXML>`)]));
    expect(await scan()).toMatchObject({ added: 1, failed: [] });
    expect(Object.keys(catalogue.files.byId(1)?.fields ?? {})).toHaveLength(2000);
  });

  it.runIf(posix)('of gigabytes is not loaded', async () => {
    const size = 3 * 1024 * MB;
    const head = wav(['iXML', new Uint8Array(8)]);
    const at = head.length - 1600 - 8 - 8;
    new DataView(head.buffer).setUint32(at - 4, size, true);
    const handle = openSync(file('huge.wav'), 'w');
    writeSync(handle, head.subarray(0, at));
    // A hole, which takes no room on the disk.
    ftruncateSync(handle, at + size);
    writeSync(handle, head.subarray(at + 8), 0, 1608, at + size);
    closeSync(handle);
    const before = process.memoryUsage().rss;
    // Stopped before it is hashed, which would take as long as 3 GB do.
    const stop = new AbortController();
    const gate = (stage: FileStage): Promise<void> => {
      if (stage === 'analysed') stop.abort();
      return Promise.resolve();
    };
    await expect(scan({ gate, signal: stop.signal })).rejects.toMatchObject({ kind: 'cancelled' });
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MB);
    expect(catalogue.files.byId(1)).toMatchObject({ stage: 'read', seconds: 0.1, sampleRate: 8000 });
  });
});

describe('names', () => {
  it.runIf(linux)('that are no UTF-8 are reported, of files and of folders', async () => {
    const name = (text: string) => Buffer.from(`${root}/${text}`, 'latin1');
    const good = writeWav({ sampleRate: 8000, bits: 16, channels: [new Float32Array(800).fill(0.1)] });
    writeFileSync(name('T\xfcr.wav'), good);
    mkdirSync(name('Gl\xe4ser'));
    writeFileSync(Buffer.concat([name('Gl\xe4ser'), Buffer.from('/clink.wav')]), good);
    writeTone(file('Tür.wav'));
    const report = await scan();
    expect(report).toMatchObject({ added: 1, failed: [{ kind: 'input' }, { kind: 'input' }] });
    report.failed.forEach(expectReason);
    expect(report.failed.map(({ message }) => message)).toEqual(
      Array(2).fill(expect.stringContaining('UTF-8')),
    );
    expect(catalogue.sounds.list()).toHaveLength(1);
  });

  it.runIf(linux)('as long as the system allows are taken, and paths beyond that reported', async () => {
    const long = `${'gate '.repeat(50)}x.wav`;
    expect(long).toHaveLength(255);
    writeTone(file(long));
    // 50 folders of 200 characters each can only be made from within.
    const deep = 'd'.repeat(200);
    const script = `i=0; while [ $i -lt 50 ]; do mkdir ${deep} && cd -P ${deep} || exit 1; i=$((i+1)); done; cp "$1" ./low.wav`;
    execFileSync('sh', ['-c', script, 'sh', file(long)], { cwd: root });
    const report = await scan();
    expect(report.added).toBe(1);
    expect(report.failed).toHaveLength(1);
    report.failed.forEach(expectReason);
    expect(report.failed[0]?.message).toContain('shorten');
    expect(catalogue.words.search('gate', 5)).toEqual([1]);
    execFileSync('rm', ['-rf', root]);
    mkdirSync(root);
  });

  it.runIf(posix)(
    'that are links to themselves, to each other, to nothing and to pipes are reported',
    async () => {
      writeTone(file('doors/gate.wav'));
      symlinkSync('self.wav', file('self.wav'));
      symlinkSync('pong.wav', file('ping.wav'));
      symlinkSync('ping.wav', file('pong.wav'));
      symlinkSync(join(folder.path, 'unplugged', 'rain.wav'), file('rain.wav'));
      symlinkSync('..', file('doors/up'));
      symlinkSync(root, file('doors/top'));
      symlinkSync('around', file('around'));
      execFileSync('mkfifo', [file('pipe.wav')]);
      const report = await scan();
      expect(report.added).toBe(1);
      report.failed.forEach(expectReason);
      const looped = ['self.wav', 'ping.wav', 'pong.wav'].map((name) => [file(name), 'unavailable']);
      expect(reasons(report)).toEqual({ ...Object.fromEntries(looped), [file('rain.wav')]: 'not-found' });
    },
  );
});

describe('what may not be read', () => {
  // Root may read everything: another user looks then.
  const asNobody = async <T>(work: () => Promise<T>): Promise<T> => {
    if (process.getuid?.() !== 0) return work();
    chmodSync(folder.path, 0o777);
    process.setegid?.(65_534);
    process.seteuid?.(65_534);
    try {
      return await work();
    } finally {
      process.seteuid?.(0);
      process.setegid?.(0);
    }
  };

  it.runIf(posix)('is reported, file or folder, and is not taken for gone', async () => {
    for (const name of ['open.wav', 'shut.wav', 'closed/a.wav', 'blind/b.wav'])
      writeTone(file(name), name.length);
    const first = await scan();
    expect(first.added).toBe(4);
    chmodSync(file('shut.wav'), 0);
    chmodSync(file('closed'), 0);
    // Names without what is behind them.
    chmodSync(file('blind'), 0o444);
    writeTone(file('new.wav'), 9);
    chmodSync(file('new.wav'), 0);
    const report = await asNobody(() => scan());
    const paths = ['closed', 'blind/b.wav', 'new.wav'].map((name) => [file(name), 'unavailable']);
    expect(reasons(report)).toEqual(Object.fromEntries(paths));
    report.failed.forEach(expectReason);
    expect(catalogue.sounds.list().filter(({ missing }) => missing)).toEqual([]);
    for (const name of ['closed', 'blind']) chmodSync(file(name), 0o755);
    chmodSync(file('new.wav'), 0o644);
    expect(await scan()).toMatchObject({ added: 1, unchanged: 4, failed: [] });
  });
});

describe('what changes during a scan', () => {
  it('a file that is written to while it is heard is reported, and taken by the next scan', async () => {
    const samples = Float32Array.from({ length: 48_000 * 60 }, (_, n) => 0.5 * Math.sin(n / 20));
    writeFileSync(file('grows.wav'), writeWav({ sampleRate: 48_000, bits: 16, channels: [samples] }));
    writeTone(file('still.wav'));
    let writing = false;
    const write = (): void => {
      if (!writing) return;
      appendFileSync(file('grows.wav'), 'more');
      setImmediate(write);
    };
    const gate = (stage: FileStage): Promise<void> => {
      if (stage === 'analysed' && !writing) {
        writing = true;
        setImmediate(write);
      }
      return Promise.resolve();
    };
    const report = await scan({ gate });
    writing = false;
    expect(reasons(report)).toEqual({ [file('grows.wav')]: 'unavailable' });
    report.failed.forEach(expectReason);
    expect(report.failed[0]?.message).toContain('changed');
    expect(report.added).toBe(1);
    expect(await scan()).toMatchObject({ added: 1, unchanged: 1, failed: [] });
  });

  it.each(['listed', 'read', 'analysed'] as const)(
    'a drive that is pulled while files are %s is one failure, its sounds stay and come back',
    async (stage) => {
      // More folders than one, more files than a batch.
      for (let index = 0; index < 150; index++)
        writeTone(file(`doors ${index % 3}/gate ${index}x.wav`), index % 5);
      const known = 75;
      for (let index = 0; index < known; index++)
        copyFileSync(file(`doors 0/gate 0x.wav`), file(`known ${index}x.wav`));
      let passed = 0;
      const gate = (at: FileStage): Promise<void> => {
        if (at === stage && ++passed === 2) renameSync(root, `${root} unplugged`);
        return Promise.resolve();
      };
      const report = await scan({ gate });
      expect(reasons(report)).toEqual({ [root]: 'not-found' });
      report.failed.forEach(expectReason);
      expect(catalogue.integrity()).toEqual([]);
      expect(catalogue.sounds.list().every(({ missing }) => missing)).toBe(true);
      const listed = catalogue.sounds.count();
      if (stage !== 'listed') expect(listed).toBe(150 + known);
      renameSync(`${root} unplugged`, root);
      expect(await scan()).toMatchObject({ missing: 0, failed: [] });
      const sounds = catalogue.sounds.list();
      expect(sounds).toHaveLength(150 + known);
      expect(
        sounds.every((sound) => sound.stage === 'analysed' && !sound.missing && sound.problem === null),
      ).toBe(true);
    },
  );
});
