import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCatalogue, type Catalogue } from './catalogue/open.ts';
import { removeSource } from './library/sources.ts';
import { fakeAnalyser, temporaryFolder, writeTone } from './library/testing/fakeLibrary.ts';
import { addStarterLibrary } from './starterLibrary.ts';

let folder: ReturnType<typeof temporaryFolder>;
let catalogue: Catalogue;
beforeEach(() => {
  folder = temporaryFolder();
  catalogue = openCatalogue(join(folder.path, 'catalogue.sqlite'));
});
afterEach(() => {
  catalogue.close();
  folder.remove();
});

it('is added once, follows its folder, its list and its models, and stays away when taken out', async () => {
  const shipped = join(folder.path, 'shipped');
  const add = async (path: string, model = 'a') => {
    const analyser = fakeAnalyser(model);
    await addStarterLibrary(path, folder.path, catalogue, analyser, {});
    return analyser.audio.length;
  };
  expect(await add(shipped)).toBe(0);
  mkdirSync(shipped);
  writeFileSync(join(shipped, 'captions.csv'), 'file,caption\ngate.wav,gate\n');
  writeTone(join(shipped, 'gate.wav'));
  expect(await add(shipped)).toBe(1);
  expect(await add(shipped)).toBe(0);
  expect(await add(shipped, 'b')).toBe(1);

  const moved = join(folder.path, 'moved');
  renameSync(shipped, moved);
  expect(await add(moved, 'b')).toBe(0);
  expect(catalogue.sounds.list().map(({ path }) => path)).toEqual([join(moved, 'gate.wav')]);

  writeTone(join(moved, 'door.wav'), 2);
  expect(await add(moved, 'b')).toBe(0);
  appendFileSync(join(moved, 'captions.csv'), 'door.wav,door\n');
  expect(await add(moved, 'b')).toBe(1);

  removeSource(catalogue, moved);
  expect(await add(moved, 'c')).toBe(0);
  expect(catalogue.sounds.count()).toBe(0);
});
