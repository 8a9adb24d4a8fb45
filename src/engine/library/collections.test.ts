import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import {
  changeCollection,
  createCollection,
  deleteCollection,
  deleteSavedSearch,
  requireCollection,
  saveSearch,
} from './collections.ts';
import { removeRegions } from './regions.ts';
import { putSound, temporaryFolder } from './testing/fakeLibrary.ts';
import { undoEdit } from './undoEdit.ts';

const folder = temporaryFolder();
let catalogue: Catalogue;
let ids: number[];
let opened = 0;
beforeEach(() => {
  catalogue = openCatalogue(join(folder.path, `${++opened}.db`));
  const { id } = catalogue.sources.put('/sounds', 'folder', null);
  ids = ['a.wav', 'b.wav', 'c.wav'].map((name) => putSound(catalogue, id, name));
  ids.push(putSound(catalogue, id, 'c.wav', { part: 'event', start: 0.25, end: 0.5 }));
});
afterEach(() => {
  catalogue.close();
});
afterAll(() => {
  folder.remove();
});
const kind = (value: string) => expect.objectContaining({ kind: value }) as Error;

describe('collections', () => {
  it('hold sounds once, by whatever capitals, and let them go again', () => {
    createCollection(catalogue, ' Film\nDoors ');
    expect(changeCollection(catalogue, 'film doors', ids, 'add')).toMatchObject({
      sounds: 4,
      changedIds: ids,
    });
    expect(changeCollection(catalogue, 'FILM DOORS', ids.slice(0, 2), 'add')).toMatchObject({
      changedIds: [],
    });
    expect(changeCollection(catalogue, 'Film Doors', ids.slice(0, 1), 'remove').sounds).toBe(3);
    expect(catalogue.collections.soundsOf(requireCollection(catalogue, 'film doors').id)).toEqual(
      ids.slice(1),
    );
    expect(catalogue.collections.namesOf(ids[1] ?? 0)).toEqual(['Film Doors']);
    // What somebody has collected is no longer the analysis's to take out.
    expect(catalogue.sounds.byId(ids[3] ?? 0)?.part).toBe('region');
    deleteCollection(catalogue, 'film doors');
    expect(catalogue.collections.all()).toEqual([]);
    expect(catalogue.sounds.count()).toBe(4);
    expect(catalogue.integrity()).toEqual([]);
  });

  it('are as they were when a change is taken back, and as they became when that is', () => {
    const state = () => [
      ...catalogue.collections.all().map((each) => [each, catalogue.collections.soundsOf(each.id)]),
      catalogue.sounds.snapshot(ids),
    ];
    const actions = [
      () => createCollection(catalogue, 'Doors'),
      () => changeCollection(catalogue, 'doors', ids.slice(1), 'add'),
      () => changeCollection(catalogue, 'doors', ids.slice(0, 2), 'add'),
      () => changeCollection(catalogue, 'doors', ids.slice(1, 2), 'remove'),
      () => removeRegions(catalogue, ids.slice(3)),
      () => deleteCollection(catalogue, 'doors'),
    ];
    const states = [state()];
    const undos = actions.map((act) => {
      const { undo } = act();
      states.push(state());
      return JSON.stringify(undo);
    });
    const redos = undos.toReversed().map((undo, back) => {
      const { undo: redo } = undoEdit(catalogue, JSON.parse(undo));
      expect(state()).toEqual(states.at(-2 - back));
      return redo;
    });
    for (const [index, redo] of redos.toReversed().entries()) {
      undoEdit(catalogue, redo);
      expect(state()).toEqual(states[index + 1]);
    }
    expect(catalogue.integrity()).toEqual([]);
  });

  it('go with all that is in them when their making is taken back, and come back with it', () => {
    const { undo } = createCollection(catalogue, 'Doors');
    changeCollection(catalogue, 'Doors', ids, 'add');
    const { undo: redo } = undoEdit(catalogue, undo);
    expect(catalogue.collections.all()).toEqual([]);
    undoEdit(catalogue, redo);
    expect(catalogue.collections.soundsOf(requireCollection(catalogue, 'Doors').id)).toEqual(ids);
  });

  it('are not put back over another one of the name', () => {
    createCollection(catalogue, 'Doors');
    changeCollection(catalogue, 'Doors', ids, 'add');
    const { undo } = deleteCollection(catalogue, 'Doors');
    createCollection(catalogue, 'doors');
    expect(() => undoEdit(catalogue, undo)).toThrow(kind('input'));
    expect(catalogue.collections.all().map(({ name, sounds }) => [name, sounds])).toEqual([['doors', 0]]);
  });

  it('lose the sounds of a source that is taken out', () => {
    createCollection(catalogue, 'x');
    changeCollection(catalogue, 'x', ids, 'add');
    catalogue.write(() => {
      catalogue.sources.remove(1);
    });
    expect(requireCollection(catalogue, 'x').sounds).toBe(0);
  });

  it('refuse what cannot be, and then change nothing', () => {
    createCollection(catalogue, 'x');
    expect(() => createCollection(catalogue, 'X')).toThrow(kind('input'));
    expect(() => createCollection(catalogue, ' \n')).toThrow(kind('input'));
    expect(() => createCollection(catalogue, 'y'.repeat(101))).toThrow(kind('input'));
    expect(() => changeCollection(catalogue, 'x', [ids[0] ?? 0, 99], 'add')).toThrow(kind('not-found'));
    expect(requireCollection(catalogue, 'x').sounds).toBe(0);
    expect(() => deleteCollection(catalogue, 'z')).toThrow(/"x"/);
  });
});

describe('saved searches', () => {
  it('are kept, replaced and forgotten by name', () => {
    saveSearch(catalogue, 'Loud doors', 'door -creak rating:>=4');
    saveSearch(catalogue, 'loud DOORS', 'door is:fav', 'words');
    expect(catalogue.savedSearches.all()).toMatchObject([
      { name: 'Loud doors', text: 'door is:fav', mode: 'words' },
    ]);
    deleteSavedSearch(catalogue, 'loud doors');
    expect(() => deleteSavedSearch(catalogue, 'loud doors')).toThrow(kind('not-found'));
  });

  it('must search for something, in a mode that there is', () => {
    expect(() => saveSearch(catalogue, 'a', ' ')).toThrow(kind('input'));
    expect(() => saveSearch(catalogue, '', 'door')).toThrow(kind('input'));
    expect(() => saveSearch(catalogue, 'a', 'door', 'feeling')).toThrow(kind('input'));
  });
});
