import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listAudioFiles } from './listFiles.ts';
import type { ListOptions } from './listFiles.ts';
import { isPartOf, parentOf, simplified } from './scanPart.ts';
import type { ScanPart } from './scanPart.ts';
import { temporaryFolder } from './testing/fakeLibrary.ts';

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
beforeEach(() => {
  folder = temporaryFolder();
  root = join(folder.path, 'sounds');
  mkdirSync(root);
});
afterEach(() => {
  folder.remove();
});

function put(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(join(root, parentOf(path)), { recursive: true });
    writeFileSync(join(root, path), path);
  }
}

async function list(options?: ListOptions) {
  const files: string[] = [];
  for await (const listed of listAudioFiles(root, options)) {
    expect(listed.unlisted).toEqual([]);
    files.push(...listed.files.map(({ relativePath }) => relativePath));
  }
  return files;
}

const part = (folders: readonly string[], trees: readonly string[]): ScanPart => ({
  folders: new Set(folders),
  trees: new Set(trees),
});

describe('listAudioFiles', () => {
  it('lists sounds with their sizes, and passes over what is hidden or none', async () => {
    put(
      'b.wav',
      'a/x.flac',
      'a/b/y.WAV',
      '.hidden.wav',
      '._b.wav',
      '.git/z.wav',
      '__MACOSX/q.wav',
      'notes.txt',
    );
    expect(await list()).toEqual(['b.wav', 'a/x.flac', 'a/b/y.WAV']);
    const [first] = await Array.fromAsync(listAudioFiles(root));
    expect(first?.files[0]).toMatchObject({ relativePath: 'b.wav', bytes: 5 });
  });

  it('opens only the folders of a part', async () => {
    put('a.wav', 'doors/b.wav', 'doors/old/c.wav', 'doors/old/older/d.wav', 'rain/e.wav', 'rain/heavy/f.wav');
    const opened: string[] = [];
    const onFolder: ListOptions['onFolder'] = ({ path }) => opened.push(path);
    const some = part(['', 'rain', 'doors/old'], ['doors/old', 'doors/b.wav', 'gone', 'gone/deeper']);
    expect(await list({ part: some, onFolder })).toEqual([
      'a.wav',
      'doors/old/c.wav',
      'doors/old/older/d.wav',
      'rain/e.wav',
    ]);
    expect(opened).toEqual(['', 'doors/old', 'doors/old/older', 'rain']);
  });

  it.runIf(process.platform !== 'win32')(
    'lists a part as the whole is listed, where links go round',
    async () => {
      put('doors/a.wav', 'rain/b.wav');
      const outside = join(folder.path, 'drive');
      mkdirSync(join(outside, 'deep'), { recursive: true });
      writeFileSync(join(outside, 'deep', 'c.wav'), '');
      symlinkSync(outside, join(root, 'doors/drive'));
      symlinkSync(root, join(outside, 'deep/back'));
      symlinkSync(join(root, 'rain'), join(root, 'doors/wet'));
      symlinkSync(join(outside, 'deep'), join(outside, 'again'));
      const whole = await list();
      expect(whole).toHaveLength(3);
      expect(whole).toContain('rain/b.wav');
      for (const tree of ['doors', 'rain', 'doors/drive', 'doors/wet']) {
        const below = whole.filter((path) => path.startsWith(`${tree}/`));
        expect(await list({ part: part([], [tree]) }), tree).toEqual(below);
      }
      expect(await list({ part: part([], ['']) })).toEqual(whole);
    },
  );
});

describe('a part', () => {
  const path = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }).map((names) => names.join('/'));
  const parts = fc.record({
    folders: fc.array(path).map((paths) => new Set(paths)),
    trees: fc.array(path).map((paths) => new Set(paths)),
  });

  it('holds the same files without what is named twice', () => {
    fc.assert(
      fc.property(parts, path, (some, parent) => {
        const file = parent === '' ? 'x.wav' : `${parent}/x.wav`;
        const fewer = simplified(some);
        expect(isPartOf(file, fewer)).toBe(isPartOf(file, some));
        expect(fewer.folders.size + fewer.trees.size).toBeLessThanOrEqual(
          some.folders.size + some.trees.size,
        );
        for (const tree of fewer.trees)
          for (const other of fewer.trees) expect(other === tree || !other.startsWith(`${tree}/`)).toBe(true);
      }),
    );
  });
});
