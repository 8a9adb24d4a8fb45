import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { copyData, type DataFolder } from './support/dataFolder.ts';
import { errorKind, run, runJson } from './support/refoley.ts';
import { sound } from './support/sounds.ts';

let data: DataFolder;
beforeAll(async () => {
  data = await copyData();
});
afterAll(() => data.remove());

const library = (...args: string[]) => runJson(['library', ...args, '--data', data.path]);
const idOf = async (query: string): Promise<number> => (await library('search', query)).results[0].id;
const captions = ({ results }: { results: { caption: string }[] }) => results.map(({ caption }) => caption);

describe('library', () => {
  it('finds by words, fields and meaning, and leaves out what is not wanted', async () => {
    expect(captions(await library('search', 'creaks', '--mode', 'words'))).toContain('rusty gate creaks');
    const without = await library('search', 'creaks -gate', '--mode', 'words');
    expect(captions(without)).toContain('old wooden door creaks open');
    expect(captions(without)).not.toContain('rusty gate creaks');
    expect(captions(await library('search', 'a dog is barking -source:starter', '--limit', '1'))).toEqual([
      'dog barks twice',
    ]);
    const short = await library('search', 'dur:<0.5s', '--limit', '50');
    expect(short.results.every(({ seconds }: { seconds: number }) => seconds < 0.5)).toBe(true);
  });

  it('finds what sounds like a sound, and pages through it', async () => {
    const gate = await idOf('rusty gate -source:starter');
    const all = await library('similar', String(gate), '--limit', '6');
    expect(all.results.map(({ id }: { id: number }) => id)).not.toContain(gate);
    const pages = await Promise.all(
      ['0', '3'].map((at) => library('similar', String(gate), '--limit', '3', '--offset', at)),
    );
    expect(pages.flatMap(({ results }) => results)).toEqual(all.results);
    const similar = await library('similar', join(inject('sounds'), 'gate.wav'), '--limit', '1');
    expect(similar.results[0].id).not.toBe(gate);
  });

  it('keeps what the user says about a sound through a rescan, and takes it back', async () => {
    const id = await idOf('rain on a tin roof -source:starter');
    const edit = await library(
      'set',
      String(id),
      '--caption',
      'downpour on a shed',
      '--rating',
      '4',
      '--add-tag',
      'weather',
    );
    await library('rescan');
    const [edited] = (await library('show', String(id))).sounds;
    expect(edited).toMatchObject({ caption: 'downpour on a shed', captionFrom: 'user', rating: 4 });
    expect(captions(await library('search', 'downpour', '--mode', 'words'))[0]).toBe('downpour on a shed');
    const file = join(data.path, 'edit.json');
    await writeFile(file, JSON.stringify(edit));
    await library('undo', file);
    expect((await library('show', String(id))).sounds[0]).toMatchObject({
      caption: 'rain on a tin roof',
      rating: 0,
    });
  });

  it('changes no sound when one of the ids is none', async () => {
    const id = await idOf('dog barks -source:starter');
    expect(
      errorKind(await run(['library', 'set', String(id), '99999', '--rating', '5', '--data', data.path])),
    ).toBe('not-found');
    expect((await library('show', String(id))).sounds[0].rating).toBe(0);
  });

  it('never lets a sound lead a take whose terms forbid it, and says which it passed over', async () => {
    const id = await idOf('footsteps on gravel -source:starter');
    await library('terms', inject('sounds'), '--may-condition', 'no');
    const { neighbours, takes } = await runJson([
      ...['generate', 'footsteps on gravel', '--duration', '0.4', '--steps', '2', '--seed', '1'],
      ...['--data', data.path, '--out', join(data.path, 'steps.wav')],
    ]);
    expect(neighbours.map((neighbour: { id: number }) => neighbour.id)).not.toContain(id);
    expect(takes[0].recipe.passedOver.map(({ caption }: { caption: string }) => caption)).toContain(
      'footsteps on gravel',
    );
    expect((await library('search', 'footsteps on gravel', '--limit', '1')).results[0].caption).toBe(
      'footsteps on gravel',
    );
    await library('terms', inject('sounds'), '--clear');
  });

  it('keeps a copy that comes back as it was', async () => {
    const copy = join(data.path, 'copy.sqlite');
    await library('backup', copy);
    await library('remove', inject('sounds'));
    expect(captions(await library('search', 'gate', '--mode', 'words'))).not.toContain('rusty gate creaks');
    await library('restore', copy);
    expect(captions(await library('search', '"rusty gate"', '--mode', 'words'))).toEqual([
      'rusty gate creaks',
    ]);
    expect((await library('verify')).ok).toBe(true);
  });

  it('takes in what is new and what is broken, each for what it is', async () => {
    const folder = join(data.path, 'new');
    await mkdir(folder);
    await writeFile(join(folder, 'DOORWood_Barn Slam_ANN_SRC.wav'), sound(3));
    await writeFile(join(folder, 'broken.wav'), sound(4).subarray(0, 30));
    await writeFile(join(folder, 'notes.txt'), 'no sound');
    const before = await readFile(join(folder, 'DOORWood_Barn Slam_ANN_SRC.wav'));
    const report = await library('add', folder);
    expect(report).toMatchObject({ added: 1, failed: [{ kind: 'corrupt' }] });
    expect((await library('list', '--filter', 'cat:DOORWood', '--source', folder)).sounds).toMatchObject([
      { caption: 'barn slam' },
    ]);
    expect(await readFile(join(folder, 'DOORWood_Barn Slam_ANN_SRC.wav'))).toEqual(before);
    expect(await readdir(folder)).toHaveLength(3);
  });
});
