import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { editSounds } from './editSounds.ts';
import { addSource, rescan } from './sources.ts';
import { setTerms } from './terms.ts';
import type { RequestedTerms } from './terms.ts';
import { undoEdit } from './undoEdit.ts';
import { fakeAnalyser, temporaryFolder, writeTone } from './testing/fakeLibrary.ts';
import { writeMarked } from './testing/markedFile.ts';

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
let catalogue: Catalogue;
beforeEach(async () => {
  folder = temporaryFolder();
  root = join(folder.path, 'sounds');
  catalogue = openCatalogue(join(folder.path, 'data', 'catalogue.db'));
  writeTone(join(root, 'top gate.wav'), 1);
  writeTone(join(root, 'sold/heavy door.wav'), 2, {
    ixml: '<BWFXML><ASWG><usageRights>CC BY-ND 4.0</usageRights></ASWG></BWFXML>',
  });
  writeMarked(join(root, 'sold/free/rain tin.wav'), 2, { markers: [[0.5, 1, 'drips']] });
  writeTone(join(root, 'sold too/hail.wav'), 4);
  await addSource(context(), root);
});
afterEach(() => {
  catalogue.close();
  folder.remove();
});

const context = () => ({ catalogue, analyser: fakeAnalyser() });
const terms = () =>
  Object.fromEntries(
    catalogue.sounds
      .list()
      .map(({ caption, licence, author, mayCondition }) => [caption, [licence, author, mayCondition]]),
  );

describe('setTerms', () => {
  it('is taken back to the byte, and that again, around what was edited since', async () => {
    const state = () => [
      catalogue.folderTerms.ofSource(1),
      catalogue.sounds.snapshot(catalogue.sounds.list().map(({ id }) => id)),
    ];
    const sold = join(root, 'sold');
    const requests: [string, RequestedTerms][] = [
      [root, { licence: 'Sold Sounds EULA: no AI', author: 'Sold' }],
      [sold, { mayCondition: true }],
      [sold, { author: 'Ann' }],
      [sold, { clear: true }],
    ];
    const states = [state()];
    const undos: unknown[] = [];
    for (const [path, request] of requests) {
      undos.push(JSON.parse(JSON.stringify((await setTerms(catalogue, path, request)).undo)));
      states.push(state());
    }
    const redos = undos.toReversed().map((undo, back) => {
      const { undo: redo } = undoEdit(catalogue, undo);
      expect(state()).toEqual(states.at(-2 - back));
      return redo;
    });
    for (const redo of redos.toReversed()) undoEdit(catalogue, redo);
    expect(state()).toEqual(states.at(-1));
    const [hail] = catalogue.sounds.list().filter(({ caption }) => caption === 'hail');
    editSounds(catalogue, [hail?.id ?? 0], { author: 'me' });
    const { changed } = undoEdit(catalogue, undos[0]);
    expect(changed).toHaveLength(5);
    expect(terms()).toMatchObject({ hail: ['', 'me', true], 'top gate': ['', '', true] });
  });

  it('takes effect at once and for what comes, the nearest folder first, below the user and above the file', async () => {
    expect(terms()).toEqual({
      'top gate': ['', '', true],
      'heavy door': ['CC BY-ND 4.0', '', false],
      'rain tin': ['', '', true],
      drips: ['', '', true],
      hail: ['', '', true],
    });
    const [hail] = catalogue.sounds.list().filter(({ caption }) => caption === 'hail');
    editSounds(catalogue, [hail?.id ?? 0], { mayCondition: true, author: 'me' });
    const all = await setTerms(catalogue, root, { licence: 'Sold Sounds EULA: no AI', author: 'Sold' });
    expect(all.changed).toBe(5);
    await setTerms(catalogue, join(root, 'sold', 'free'), { licence: 'CC0-1.0', mayCondition: true });
    await setTerms(catalogue, join(root, 'sold too'), { mayCondition: false });
    const eula = 'Sold Sounds EULA: no AI';
    const expected = {
      'top gate': [eula, 'Sold', false],
      'heavy door': [eula, 'Sold', false],
      'rain tin': ['CC0-1.0', 'Sold', true],
      drips: ['CC0-1.0', 'Sold', true],
      hail: [eula, 'me', true],
    };
    expect(terms()).toEqual(expected);
    writeTone(join(root, 'sold too/sleet.wav'), 5);
    writeTone(join(root, 'top gate.wav'), 6);
    renameSync(join(root, 'sold/heavy door.wav'), join(root, 'sold/free/heavy door.wav'));
    await rescan(context());
    expect(terms()).toEqual({
      ...expected,
      'heavy door': ['CC0-1.0', 'Sold', true],
      sleet: [eula, 'Sold', false],
    });
    const cleared = await setTerms(catalogue, root, { clear: true });
    expect(cleared.rules.map(({ folder: name }) => name)).toEqual(['sold too', 'sold/free']);
    expect(terms()['top gate']).toEqual(['', '', true]);
  });

  it('leaves the words of the sounds alone, those of a captions file included', async () => {
    writeFileSync(join(root, 'captions.csv'), 'file,caption,licence\ntop gate.wav,a gate of iron,CC0\n');
    await rescan(context());
    const words = () => catalogue.sounds.list().map(({ caption, tags, catId }) => [caption, tags, catId]);
    const before = words();
    const epoch = catalogue.epoch();
    await setTerms(catalogue, root, { licence: 'No AI' });
    expect(words()).toEqual(before);
    expect(catalogue.epoch()).toBe(epoch);
    expect(terms()['a gate of iron']).toEqual(['CC0', '', true]);
  });

  it('tells the rules, takes a field out of one, and refuses what is no folder of the library', async () => {
    expect(await setTerms(catalogue, root, {})).toMatchObject({ rules: [], changed: 0 });
    await setTerms(catalogue, root, { licence: 'CC0', author: 'Ann' });
    const { rules } = await setTerms(catalogue, root, { licence: '' });
    expect(rules).toEqual([{ folder: '', licence: null, author: 'Ann', mayCondition: null }]);
    expect((await setTerms(catalogue, root, { author: '' })).rules).toEqual([]);
    await expect(setTerms(catalogue, folder.path, {})).rejects.toMatchObject({ kind: 'not-found' });
    await expect(setTerms(catalogue, join(root, 'sol'), { licence: 'x' })).rejects.toMatchObject({
      kind: 'not-found',
    });
    await expect(setTerms(catalogue, root, { clear: true, licence: 'x' })).rejects.toMatchObject({
      kind: 'input',
    });
    mkdirSync(join(root, 'empty'));
    expect(await setTerms(catalogue, join(root, 'empty'), { licence: 'x' })).toMatchObject({ changed: 0 });
  });
});
