import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../library/testing/fakeLibrary.ts';
import { replaceFile, sweepTemporaryFiles, writeFileAtomic } from './replaceFile.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  folder.remove();
});

describe('replaceFile', () => {
  it('makes the folder and replaces what was there', async () => {
    const path = join(folder.path, 'a', 'b', 'file');
    await writeFileAtomic(path, 'old');
    await writeFileAtomic(path, new Uint8Array([110, 101, 119]));
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(join(folder.path, 'a', 'b'))).toEqual(['file']);
  });

  it('keeps the old file and leaves nothing when writing fails', async () => {
    const path = join(folder.path, 'file');
    await writeFileAtomic(path, 'old');
    const failing = replaceFile(path, (temporary) => {
      writeFileSync(temporary, 'half');
      throw new Error('stop');
    });
    await expect(failing).rejects.toMatchObject({
      kind: 'internal',
      message: expect.stringContaining('stop') as string,
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder.path)).toEqual(['file']);
  });

  it('says what is in the way', async () => {
    mkdirSync(join(folder.path, 'taken', 'x'), { recursive: true });
    await expect(writeFileAtomic(join(folder.path, 'taken'), 'x')).rejects.toMatchObject({ kind: 'input' });
  });
});

describe('sweepTemporaryFiles', () => {
  it('deletes what a killed process left, and nothing that may be in use or is not its own', async () => {
    const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
    const names = ['.a.faiss.0123456789ab.tmp', '.b.faiss.0123456789ab.tmp', 'own.tmp'];
    for (const name of names) writeFileSync(join(folder.path, name), '');
    for (const name of [names[0] ?? '', 'own.tmp']) utimesSync(join(folder.path, name), old, old);
    await sweepTemporaryFiles(folder.path);
    expect(readdirSync(folder.path).sort()).toEqual(names.slice(1).sort());
  });
});
