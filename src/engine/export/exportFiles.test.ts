import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeBext } from '#core/audio/bext.ts';
import { readWav, readWavChunk } from '#core/audio/wav.ts';
import { clipOf, type Clip } from '#core/edit/clip.ts';
import { deliverySchema } from '#core/export/delivery.ts';
import { hashFile } from '../files/hashFile.ts';
import { exportFiles, type ExportItem, type ExportRequest } from './exportFiles.ts';

const RATE = 48_000;
const disk = vi.hoisted(() => ({ files: Infinity, links: true }));
// A disk that is full after so many files, in the middle of the next one.
vi.mock(import('node:fs/promises'), async (original) => {
  const fs = await original();
  const open: typeof fs.open = async (path, flags, mode) => {
    const handle = await fs.open(path, flags, mode);
    if (flags !== 'wx' || disk.files-- > 0) return handle;
    await handle.write('half');
    vi.spyOn(handle, 'writeFile').mockRejectedValue(
      Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }),
    );
    return handle;
  };
  const link: typeof fs.link = (from, to) =>
    disk.links ? fs.link(from, to) : Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' }));
  return { ...fs, open, link };
});

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-export-'));
});
afterEach(() => {
  Object.assign(disk, { files: Infinity, links: true });
  return rm(root, { recursive: true, force: true });
});

function tone(frames = 4800, hertz = 440): Float32Array {
  return Float32Array.from({ length: frames }, (_, n) => 0.3 * Math.sin((2 * Math.PI * hertz * n) / RATE));
}

function item(name: string, clip: Clip = clipOf([tone()], RATE), more: Partial<ExportItem> = {}): ExportItem {
  return {
    ref: `file/${name}`,
    fields: { name, fxName: name },
    render: () => Promise.resolve({ clip, metadata: { title: name, description: `${name} creaks` } }),
    ...more,
  };
}

function ask(items: readonly ExportItem[], more: Partial<ExportRequest> = {}): ExportRequest {
  return {
    items,
    folder: join(root, 'out'),
    delivery: deliverySchema.parse({}),
    template: '{name}',
    ...more,
  };
}

const names = async () => (await readdir(join(root, 'out')).catch(() => [])).sort();

describe('exportFiles', () => {
  it('writes each item, and a sheet that tells what is in the files', async () => {
    const { files, sheets } = await exportFiles(ask([item('gate'), item('=1+1, "x"')], { sheet: 'all' }), {});
    expect(await names()).toEqual(['=1+1, x.wav', 'all.csv', 'all.json', 'gate.wav']);
    expect(sheets.map((path) => path.split('/').at(-1))).toEqual(['all.csv', 'all.json']);
    for (const { path, sha256, seconds } of files) {
      expect(await hashFile(path)).toBe(sha256);
      expect(seconds).toBe(0.1);
    }
    const csv = await readFile(join(root, 'out/all.csv'), 'utf8');
    const rows = parse<Record<string, string>>(csv, { bom: true, columns: true });
    expect(rows.map((row) => row['sha256'])).toEqual(files.map(({ sha256 }) => sha256));
    expect(rows[0]).toMatchObject({
      name: 'gate.wav',
      bits: '24',
      fxName: 'gate',
      description: 'gate creaks',
    });
    // A spreadsheet must not take it for a formula.
    expect(rows[1]?.['fxName']).toBe(`'=1+1, "x"`);
    expect(JSON.parse(await readFile(join(root, 'out/all.json'), 'utf8'))).toEqual({ files });
  });

  it.each([true, false])('replaces nothing, nor what comes while it works; hard links: %s', async (links) => {
    disk.links = links;
    await exportFiles(ask([item('gate')], { sheet: 'all' }), {});
    const before = await readFile(join(root, 'out/gate.wav'));
    const late = item('late', undefined, {
      render: async () => {
        await writeFile(join(root, 'out/late.wav'), 'of another program');
        return { clip: clipOf([tone()], RATE), metadata: {} };
      },
    });
    const { files } = await exportFiles(
      ask([item('GATE', clipOf([tone(100)], RATE)), late], { sheet: 'all' }),
      {},
    );
    expect(files.map(({ name }) => name)).toEqual(['GATE_2.wav', 'late_2.wav']);
    expect(await readFile(join(root, 'out/gate.wav'))).toEqual(before);
    expect(await readFile(join(root, 'out/late.wav'), 'utf8')).toBe('of another program');
    expect(await names()).toContain('all_2.json');
  });

  it('makes a file of each region and of each layer, at their own times', async () => {
    const markers = [
      { start: 0, length: 1200, label: 'one', note: '' },
      { start: 600, length: 0, label: 'tick', note: '' },
      { start: 2400, length: 2400, label: 'two', note: '' },
    ];
    const clip = { ...clipOf([tone()], RATE), markers, loop: { start: 2400, end: 3600 }, origin: 48_000 };
    const { files } = await exportFiles(
      ask([item('gate', clip)], { regions: true, template: '{fxName}' }),
      {},
    );
    expect(files.map(({ name, seconds }) => [name, seconds])).toEqual([
      ['gate one.wav', 0.025],
      ['gate two.wav', 0.05],
    ]);
    expect(files.map(({ time }) => time)).toEqual([1, 1.05]);
    expect(files[0]?.marks).toEqual([{ at: 0.0125, end: null, label: 'tick' }]);
    const second = await readFile(files[1]?.path ?? '');
    expect(decodeBext(readWavChunk(second, 'bext') ?? new Uint8Array()).timeReference).toBe(50_400n);
    expect(readWav(second).channels[0]).toHaveLength(2400);
    expect(readWavChunk(second, 'smpl')).toBeDefined();

    const layers = [
      { name: 'hinge', clip: clipOf([tone(4800, 300)], RATE) },
      { name: 'wood', clip: clipOf([tone(4800, 900)], RATE) },
    ];
    const mixed = item('mix', clip, {
      render: () =>
        Promise.resolve({ clip, metadata: { title: 'mix' }, layers: () => Promise.resolve(layers) }),
    });
    const stems = await exportFiles(ask([mixed], { layers: true, template: '{name}-{layer}' }), {});
    expect(stems.files.map(({ name, layer }) => [name, layer])).toEqual([
      ['mix-hinge.wav', 'hinge'],
      ['mix-wood.wav', 'wood'],
    ]);
  });

  it('keeps what is written when it is cancelled, with its sheet', async () => {
    const controller = new AbortController();
    const last = item('second', undefined, {
      render: () => {
        controller.abort();
        return Promise.resolve({ clip: clipOf([tone()], RATE), metadata: {} });
      },
    });
    const request = ask([item('first'), last, item('third')], { sheet: 'all' });
    await expect(exportFiles(request, { signal: controller.signal })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(await names()).toEqual(['all.csv', 'all.json', 'first.wav']);
  });

  it('leaves nothing half-written on a full disk', async () => {
    disk.files = 2;
    const request = ask(
      ['one', 'two', 'three'].map((name) => item(name)),
      { sheet: 'all' },
    );
    await expect(exportFiles(request, {})).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/no space left.*three\.wav/),
    });
    expect(await names()).toEqual(['one.wav', 'two.wav']);
  });

  it('refuses a folder that is a file', async () => {
    await writeFile(join(root, 'out'), 'a file');
    await expect(exportFiles(ask([item('gate')]), {})).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('in the way'),
    });
  });

  it('writes nothing where the template is bad', async () => {
    await expect(exportFiles(ask([item('gate')], { template: '{what}' }), {})).rejects.toMatchObject({
      kind: 'input',
    });
    expect(await names()).toEqual([]);
  });
});
