import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import { openLibraryIndexes } from '../index/libraryIndexes.ts';
import type { LibraryIndexes } from '../index/libraryIndexes.ts';
import { editSounds } from './editSounds.ts';
import { undoEdit } from './undoEdit.ts';
import { contentOf, retrieve, retrieveNeighbours } from './retrieve.ts';
import { addSource } from './sources.ts';
import { fakeAnalyser, hashVector, temporaryFolder, writeTone } from './testing/fakeLibrary.ts';
import { verifyLibrary } from './verify.ts';

const MODEL = 'fake';
const calibration = { textToText: { mean: 0, std: 0.1 }, textToAudio: { mean: 0, std: 0.1 } };
const folder = temporaryFolder();
let catalogue: Catalogue;
let indexes: LibraryIndexes;
let sounds: Map<string, StoredSound>;

const idOf = (name: string) => sounds.get(name)?.id ?? 0;
const retrieval = () => ({ catalogue, indexes, calibration, model: MODEL });

beforeAll(async () => {
  const root = join(folder.path, 'sounds');
  for (let index = 0; index < 80; index++)
    writeTone(
      join(root, `tone ${String.fromCharCode(97 + (index % 26))}${'x'.repeat(1 + index / 26)}.wav`),
      index,
    );
  writeTone(join(root, 'gate creak.wav'), 200);
  writeTone(join(root, 'copy/gate creak.wav'), 200);
  writeTone(join(root, '001.wav'), 201);
  writeTone(join(root, 'synthetic gate.wav'), 202, {
    ixml: '<BWFXML><REFOLEY><RECIPE>{}</RECIPE></REFOLEY></BWFXML>',
  });
  catalogue = openCatalogue(join(folder.path, 'catalogue.db'));
  await addSource({ catalogue, analyser: fakeAnalyser(MODEL) }, root);
  sounds = new Map(catalogue.sounds.list().map((sound) => [sound.relativePath, sound]));
  indexes = openLibraryIndexes({
    build: () => Promise.resolve(),
    catalogue,
    folder: join(folder.path, 'index'),
    model: MODEL,
    warn: () => undefined,
  });
}, 60_000);
afterAll(() => {
  catalogue.close();
  folder.remove();
});

describe('retrieveNeighbours', () => {
  it('finds the caption that was asked for, once for the same audio', async () => {
    const found = await retrieveNeighbours(retrieval(), hashVector('gate creak'), { k: 5 });
    expect(found).toHaveLength(5);
    expect(found[0]).toMatchObject({
      id: Math.min(idOf('gate creak.wav'), idOf('copy/gate creak.wav')),
      similarity: 1,
      rank: 1,
    });
    expect(found.filter(({ sound }) => sound.caption === 'gate creak')).toHaveLength(1);
  });

  it('leaves out what may not lead takes, what is banned, and the target', async () => {
    const synthetic = hashVector('synthetic gate');
    const ids = async (selection: object) =>
      (await retrieveNeighbours(retrieval(), synthetic, { k: 3, ...selection })).map(({ id }) => id);
    const usual = await ids({});
    expect(usual).not.toContain(idOf('synthetic gate.wav'));
    const [first = 0, second = 0] = usual;
    expect(await ids({ bans: [first] })).not.toContain(first);
    const target = catalogue.sounds.byId(second);
    const others = await ids({ excludedContent: target ? [contentOf(target)] : [] });
    expect(others).not.toContain(second);
    expect(others[0]).toBe(first);
  });

  it('searches wider where a filter leaves too few', async () => {
    const nearest = await retrieveNeighbours(retrieval(), hashVector('tone'), { k: 50 });
    const bans = nearest.map(({ id }) => id);
    const rest = await retrieveNeighbours(retrieval(), hashVector('tone'), { k: 50, bans });
    expect(rest.length).toBeGreaterThan(25);
    expect(rest.some(({ id }) => bans.includes(id))).toBe(false);
  });

  it('takes a pin whatever its rank', async () => {
    const pins = [
      { id: idOf('tone zx.wav'), weight: 2 },
      { id: idOf('001.wav'), weight: 0.5 },
    ];
    const found = await retrieveNeighbours(retrieval(), hashVector('gate creak'), { k: 3, pins });
    expect(found.map(({ id, weight, pinned }) => [id, weight, pinned]).slice(0, 2)).toEqual([
      [idOf('tone zx.wav'), 2, true],
      [idOf('001.wav'), 0.5, true],
    ]);
    expect(found[1]).toMatchObject({ matchedBy: 'audio' });
    expect(found[2]).toMatchObject({ pinned: false, similarity: 1 });
  });

  it('refuses a pin of a sound that must not condition takes', async () => {
    const pins = [{ id: idOf('synthetic gate.wav'), weight: 1 }];
    await expect(
      retrieveNeighbours(retrieval(), hashVector('gate creak'), { k: 3, pins }),
    ).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('a model made it') as string,
    });
  });

  it('tells which nearer sounds were passed over, and why', async () => {
    const wanted = hashVector('synthetic gate');
    const { neighbours, passedOver } = await retrieve(retrieval(), wanted, { k: 3 });
    expect(passedOver.map(({ sound, reason }) => [sound.id, reason])).toEqual([
      [idOf('synthetic gate.wav'), 'a model made it'],
    ]);
    const [first] = neighbours;
    if (!first) throw new Error('there are no neighbours');
    const undo = editSounds(catalogue, [first.id], { licence: 'CC BY-ND 4.0' }).undo;
    const then = await retrieve(retrieval(), wanted, { k: 3 });
    expect(then.neighbours.map(({ id }) => id)).not.toContain(first.id);
    expect(then.passedOver.map(({ sound }) => sound.id)).toEqual([idOf('synthetic gate.wav'), first.id]);
    expect(then.passedOver[1]?.reason).toBe('"CC BY-ND 4.0" allows no derivatives');
    const pins = [{ id: first.id, weight: 1 }];
    await expect(retrieve(retrieval(), wanted, { k: 3, pins })).rejects.toThrow(/CC BY-ND 4.0/);
    undoEdit(catalogue, undo);
    expect((await retrieve(retrieval(), wanted, { k: 3 })).neighbours).toEqual(neighbours);
    const far = await retrieve(retrieval(), hashVector('gate creak'), { k: 1 });
    expect(far.passedOver).toEqual([]);
    const bans = [idOf('synthetic gate.wav')];
    expect((await retrieve(retrieval(), wanted, { k: 3, bans })).passedOver).toEqual([]);
  });

  it('says which pin or ban it does not know', async () => {
    const wrong = (selection: object) =>
      retrieveNeighbours(retrieval(), hashVector('x'), { k: 3, ...selection });
    await expect(wrong({ pins: [{ id: 9999, weight: 1 }] })).rejects.toMatchObject({ kind: 'not-found' });
    await expect(wrong({ bans: [9999] })).rejects.toMatchObject({ kind: 'not-found' });
    expect(await wrong({ k: 0 })).toEqual([]);
  });
});

describe('verifyLibrary', () => {
  it('finds nothing in a sound library, and what was changed behind its back', async () => {
    expect(await verifyLibrary({ catalogue, model: MODEL }, indexes)).toMatchObject({
      ok: true,
      sources: 1,
      sounds: 84,
    });
    writeTone(join(folder.path, 'sounds', '001.wav'), 300);
    const report = await verifyLibrary({ catalogue, model: 'other' }, indexes);
    expect(report).toMatchObject({
      ok: false,
      changed: [join(folder.path, 'sounds', '001.wav')],
      integrity: [],
    });
    expect(report.withoutEmbedding).toHaveLength(84);
  });
});
