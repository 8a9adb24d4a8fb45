import { fork } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { putSound, temporaryFolder } from '../library/testing/fakeLibrary.ts';
import { backUpCatalogue, restoreCatalogue } from './backup.ts';
import { openCatalogue } from './open.ts';
import type { Catalogue } from './open.ts';

vi.setConfig({ testTimeout: 120_000 });
let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let target: string;
let catalogue: Catalogue;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'data', 'catalogue.sqlite');
  target = join(folder.path, 'backups', 'monday.sqlite');
  catalogue = openCatalogue(path);
  const { id } = catalogue.sources.put('/sounds', 'folder', null);
  fill(id, 0, 400);
});
afterEach(() => {
  catalogue.close();
  folder.remove();
});

function fill(source: number, from: number, to: number): void {
  catalogue.write(() => {
    for (let index = from; index < to; index++) {
      const id = putSound(catalogue, source, `${index}.wav`, { caption: `door slam ${index}` });
      catalogue.embeddings.put(
        id,
        'audio',
        'm',
        catalogue.bumpEpoch(),
        new Float32Array(512).fill(index + 1),
      );
    }
  });
}

function captionsOf(file: string): number {
  const db = new Database(file, { readonly: true });
  const count = Number(db.prepare('SELECT count(*) FROM sounds').pluck().get());
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  return count;
}

describe('backUpCatalogue', () => {
  it('makes one whole file of a catalogue in use, with progress, and replaces an older backup', async () => {
    const steps: number[] = [];
    const report = await backUpCatalogue(catalogue, target, {
      onProgress: (done, total) => steps.push(done / total),
    });
    expect(report).toMatchObject({ path: target, sources: 1, sounds: 400 });
    expect(report.bytes).toBe(readFileSync(target).length);
    expect(steps.length).toBeGreaterThan(0);
    expect(readdirSync(join(folder.path, 'backups'))).toEqual(['monday.sqlite']);
    expect(captionsOf(target)).toBe(400);
    fill(1, 400, 410);
    await backUpCatalogue(catalogue, target);
    expect(captionsOf(target)).toBe(410);
  });

  it('holds what is written while it is made', async () => {
    let once = false;
    await backUpCatalogue(catalogue, target, {
      onProgress: () => {
        if (once) return;
        once = true;
        fill(1, 400, 402);
      },
    });
    expect(captionsOf(target)).toBe(402);
  });

  it('is stopped with nothing changed', async () => {
    await backUpCatalogue(catalogue, target);
    const before = readFileSync(target);
    fill(1, 400, 410);
    const stop = AbortSignal.abort();
    await expect(backUpCatalogue(catalogue, target, { signal: stop })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(readFileSync(target)).toEqual(before);
    expect(readdirSync(join(folder.path, 'backups'))).toEqual(['monday.sqlite']);
  });

  it('refuses the catalogue itself by any name, and files that are none of ours', async () => {
    linkSync(path, join(folder.path, 'same.sqlite'));
    const notes = join(folder.path, 'notes.txt');
    writeFileSync(notes, 'mine');
    const db = new Database(join(folder.path, 'other.sqlite'));
    db.exec('CREATE TABLE bookmarks (id)');
    db.close();
    mkdirSync(join(folder.path, 'folder'));
    const named = ['same.sqlite', 'notes.txt', 'other.sqlite', 'folder'].map((name) =>
      join(folder.path, name),
    );
    for (const file of [path, `${path}-wal`, ...named])
      await expect(backUpCatalogue(catalogue, file), file).rejects.toMatchObject({ kind: 'input' });
    expect(readFileSync(notes, 'utf8')).toBe('mine');
    expect(catalogue.integrity()).toEqual([]);
  });

  it('says when the place cannot be written', async () => {
    writeFileSync(join(folder.path, 'backups'), 'in the way');
    await expect(backUpCatalogue(catalogue, target)).rejects.toMatchObject({ kind: 'input' });
  });
});

describe('restoreCatalogue', () => {
  it('puts the backup in its place, keeps what was there, and gives it a name of its own', async () => {
    const { id } = catalogue;
    await backUpCatalogue(catalogue, target);
    fill(1, 400, 450);
    catalogue.close();
    const report = await restoreCatalogue(path, target);
    expect(report).toMatchObject({ path, sounds: 400, sources: 1, before: `${path}.before-restore` });
    expect(captionsOf(`${path}.before-restore`)).toBe(450);
    expect(readdirSync(join(folder.path, 'data')).sort()).toEqual([
      'catalogue.sqlite',
      'catalogue.sqlite.before-restore',
    ]);
    catalogue = openCatalogue(path);
    expect(catalogue.sounds.count()).toBe(400);
    expect(catalogue.words.search('slam', 1)).toHaveLength(1);
    expect(catalogue.id).not.toBe(id);
    expect(catalogue.integrity()).toEqual([]);
    expect(captionsOf(target)).toBe(400);
  });

  it('makes a catalogue where there is none, or a damaged one', async () => {
    await backUpCatalogue(catalogue, target);
    catalogue.close();
    const fresh = join(folder.path, 'data', 'fresh.sqlite');
    expect(await restoreCatalogue(fresh, target)).toMatchObject({ before: null, sounds: 400 });
    truncateSync(path, 9000);
    const damaged = readFileSync(path);
    const first = await restoreCatalogue(path, target);
    const second = await restoreCatalogue(path, target);
    expect([first.before, second.before]).toEqual([`${path}.before-restore`, `${path}.before-restore-2`]);
    expect(readFileSync(`${path}.before-restore`)).toEqual(damaged);
    catalogue = openCatalogue(path);
    expect(catalogue.sounds.count()).toBe(400);
  });

  it('takes a copy made by hand with its log', async () => {
    const copy = join(folder.path, 'copy.sqlite');
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, copy + suffix);
    catalogue.close();
    expect(await restoreCatalogue(path, copy)).toMatchObject({ sounds: 400 });
    catalogue = openCatalogue(path);
  });

  it('refuses while the catalogue is open, here or in another process', async () => {
    await backUpCatalogue(catalogue, target);
    await expect(restoreCatalogue(path, target)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('in use') as string,
    });
    catalogue.close();
    const holder = fork(fileURLToPath(new URL('../library/testing/holdCatalogue.ts', import.meta.url)), [
      path,
    ]);
    await new Promise((resolve) => holder.once('message', resolve));
    const before = readFileSync(path);
    await expect(restoreCatalogue(path, target)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(readFileSync(path)).toEqual(before);
    expect(existsSync(`${path}.before-restore`)).toBe(false);
    const gone = new Promise((resolve) => holder.once('exit', resolve));
    holder.kill('SIGKILL');
    await gone;
    catalogue = openCatalogue(path);
    expect(catalogue.sounds.count()).toBe(400);
  });

  it('refuses what is no backup, a damaged one and a newer one, and changes nothing', async () => {
    await backUpCatalogue(catalogue, target);
    catalogue.close();
    const before = readFileSync(path);
    const file = (name: string, bytes: Uint8Array | string) => {
      writeFileSync(join(folder.path, name), bytes);
      return join(folder.path, name);
    };
    const bytes = readFileSync(target);
    const holed = Uint8Array.from(bytes);
    holed.fill(7, bytes.length >> 1, (bytes.length >> 1) + 40_000);
    const newer = Uint8Array.from(bytes);
    newer.set([0, 0, 3, 231], 60);
    for (const [backup, kind] of [
      [join(folder.path, 'nothing.sqlite'), 'not-found'],
      [path, 'input'],
      [folder.path, 'input'],
      [file('empty.sqlite', ''), 'input'],
      [file('notes.txt', 'no backup '.repeat(100)), 'input'],
      [file('half.sqlite', bytes.subarray(0, bytes.length >> 1)), 'corrupt'],
      [file('holed.sqlite', holed), 'corrupt'],
      [file('newer.sqlite', newer), 'unavailable'],
    ] as const) {
      await expect(restoreCatalogue(path, backup), backup).rejects.toMatchObject({ kind });
    }
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(join(folder.path, 'data'))).toEqual(['catalogue.sqlite']);
    catalogue = openCatalogue(path);
  });
});
