import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { mapLibrary } from './soundMap.ts';
import { hashVector, putSound, temporaryFolder } from './testing/fakeLibrary.ts';

let folder: ReturnType<typeof temporaryFolder>;
let catalogue: Catalogue;
let sourceId: number;
beforeEach(() => {
  folder = temporaryFolder();
  catalogue = openCatalogue(join(folder.path, 'catalogue.sqlite'));
  sourceId = catalogue.sources.put(folder.path, 'folder', null).id;
});
afterEach(() => {
  catalogue.close();
  folder.remove();
});

const embed = (id: number, text: string) =>
  catalogue.write(() => catalogue.embeddings.put(id, 'audio', 'm', catalogue.bumpEpoch(), hashVector(text)));
const add = (text: string) => {
  const id = putSound(catalogue, sourceId, `${text}.wav`);
  embed(id, text);
  return id;
};
const addAll = (from: number, to: number) =>
  catalogue.write(() => Array.from({ length: to - from }, (_, n) => add(String(from + n))));
const map = () => mapLibrary({ catalogue, model: 'm' });
const pointOf = ({ ids, points }: Awaited<ReturnType<typeof map>>, id: number) => {
  const row = ids.indexOf(id);
  return row < 0 ? undefined : [...points.slice(2 * row, 2 * row + 2)];
};

it('places every sound, the same ones at the same point, and keeps the map', async () => {
  const ids = addAll(0, 60);
  const twin = add('twin');
  embed(twin, '7');
  const found = await map();
  expect([...found.ids]).toEqual([...ids, twin]);
  expect(found.epoch).toBe(catalogue.epoch());
  expect(found.explained[0]).toBeGreaterThanOrEqual(found.explained[1]);
  expect(pointOf(found, twin)).toEqual(pointOf(found, ids[7] ?? 0));
  // The middle of the library is at 0, 0, and the first axis is the wider.
  const spread = [0, 1].map((n) => {
    const values = [...found.points].filter((_, place) => place % 2 === n);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0, 4);
    return Math.hypot(...values);
  });
  expect(spread[0]).toBeGreaterThan(spread[1] ?? Infinity);
  expect(await map()).toEqual(found);
});

it('moves no point for a few new sounds, follows what has changed, and forgets what is gone', async () => {
  const ids = addAll(0, 50);
  const [gone = 0, other = 0, kept = 0] = ids;
  const before = await map();
  const added = add('new');
  embed(added, '0');
  embed(other, '2');
  const { fileId } = catalogue.sounds.byId(gone) ?? { fileId: 0 };
  catalogue.files.moveTo(fileId, { ...catalogue.files.byId(fileId)! });
  const after = await map();
  expect(pointOf(after, gone)).toBeUndefined();
  expect(pointOf(after, kept)).toEqual(pointOf(before, kept));
  expect(pointOf(after, added)?.map((value) => value.toFixed(4))).toEqual(
    pointOf(before, gone)?.map((value) => value.toFixed(4)),
  );
  expect(pointOf(after, other)?.map((value) => value.toFixed(4))).toEqual(
    pointOf(before, kept)?.map((value) => value.toFixed(4)),
  );
});

it('is laid anew when a fifth has changed', async () => {
  addAll(0, 50);
  const before = await map();
  addAll(50, 58);
  expect((await map()).explained).toEqual(before.explained);
  addAll(58, 70);
  expect((await map()).explained).not.toEqual(before.explained);
});

it('needs three sounds', async () => {
  add('one');
  await expect(map()).rejects.toMatchObject({ kind: 'input' });
});
