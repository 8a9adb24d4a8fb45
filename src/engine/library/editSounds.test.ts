import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import { editSounds } from './editSounds.ts';
import { undoEdit } from './undoEdit.ts';
import { embedSounds } from './embedSounds.ts';
import type { RequestedEdit } from './soundEdit.ts';
import { addSource, rescan } from './sources.ts';
import { fakeAnalyser, hashVector, temporaryFolder, writeTone } from './testing/fakeLibrary.ts';
import { writeMarked } from './testing/markedFile.ts';

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
let catalogue: Catalogue;
beforeEach(() => {
  folder = temporaryFolder();
  root = join(folder.path, 'sounds');
  mkdirSync(root);
  catalogue = openCatalogue(join(folder.path, 'data', 'catalogue.db'));
});
afterEach(() => {
  expect(catalogue.integrity()).toEqual([]);
  catalogue.close();
  folder.remove();
});

const file = (name: string) => join(root, name);
const csv = (text: string) => {
  writeFileSync(file('captions.csv'), text);
};
const context = () => ({ catalogue, analyser: fakeAnalyser() });
const rows = () => catalogue.sounds.snapshot(catalogue.sounds.list().map(({ id }) => id));
const parts = (part: string) => catalogue.sounds.list().filter((sound) => sound.part === part);
const named = (name: string) =>
  catalogue.sounds
    .list()
    .find((sound) => sound.relativePath === name && sound.part === 'file') as StoredSound;
const wrong = (ids: readonly number[], edit: RequestedEdit) => () => editSounds(catalogue, ids, edit);
const kind = (value: string) => expect.objectContaining({ kind: value }) as Error;

/** Two bursts with silence between them, so that analysis finds two events. */
function writeTwice(path: string, seed = 1): void {
  writeMarked(path, 6, { seed });
  const bytes = readFileSync(path);
  bytes.fill(0, 44 + 2 * 8000 * 1, 44 + 2 * 8000 * 4);
  writeFileSync(path, bytes);
}

describe('editSounds', () => {
  it('changes several sounds, and all that the user says outlives rescans and changed and moved files', async () => {
    writeTone(file('01.wav'), 1, { bext: { description: 'A heavy door falls shut' } });
    writeTone(file('02.wav'), 2);
    await addSource(context(), root);
    const edit = {
      ...{
        caption: 'a rusty gate',
        catId: 'DOORGate',
        addTags: ['iron', 'Iron'],
        licence: 'CC0-1.0',
        author: 'Ann',
      },
      ...{ mayCondition: false, rating: 4, favourite: true },
    };
    editSounds(catalogue, [1, 2], edit);
    const said = {
      ...{
        caption: 'a rusty gate',
        captionFrom: 'user',
        catId: 'DOORGate',
        tags: ['iron'],
        licence: 'CC0-1.0',
      },
      ...{ author: 'Ann', mayCondition: false, rating: 4, favourite: true },
    };
    expect(catalogue.sounds.byIds([1, 2])).toMatchObject([said, said]);
    writeTone(file('01.wav'), 9, { bext: { description: 'Rain' } });
    renameSync(file('02.wav'), file('DOORWood_slam.wav'));
    await rescan(context());
    expect(catalogue.sounds.byIds([1, 2])).toMatchObject([
      said,
      { ...said, relativePath: 'DOORWood_slam.wav' },
    ]);
    expect(catalogue.words.search('gate', 5).sort()).toEqual([1, 2]);
    expect(catalogue.words.search('rain', 5)).toEqual([]);
  });

  it('stands above a captions file, which goes on for what was not decided', async () => {
    writeTone(file('01.wav'), 1);
    csv('file,caption,author\n01.wav,a wet slap,Ann\n');
    await addSource(context(), root);
    editSounds(catalogue, [1], { caption: 'a fish on a table' });
    csv('file,caption,author\n01.wav,a splash,Bob\n');
    await rescan(context());
    expect(catalogue.sounds.byId(1)).toMatchObject({ caption: 'a fish on a table', author: 'Bob' });
    editSounds(catalogue, [1], { undecide: ['caption'] });
    expect(catalogue.sounds.byId(1)).toMatchObject({ caption: 'a splash', captionFrom: 'user', decided: [] });
  });

  it('gives fields back to what the file says, without reading it again', async () => {
    const ixml =
      '<BWFXML><USER><CATID>DOORWood</CATID><KEYWORDS>oak, slam</KEYWORDS><DESIGNER>Otter</DESIGNER></USER>' +
      '<ASWG><usageRights>CC BY-ND 4.0</usageRights></ASWG></BWFXML>';
    writeTone(file('01.wav'), 1, { ixml, bext: { description: 'A heavy door falls shut' } });
    await addSource(context(), root);
    const before = rows();
    expect(catalogue.sounds.byId(1)).toMatchObject({ author: 'Otter', mayCondition: false });
    editSounds(catalogue, [1], {
      ...{ caption: '', catId: '', tags: [], licence: 'CC0', author: 'me', mayCondition: true },
    });
    expect(catalogue.sounds.byId(1)).toMatchObject({
      caption: '',
      catId: null,
      tags: [],
      mayCondition: true,
    });
    renameSync(root, `${root} unplugged`);
    editSounds(catalogue, [1], {
      undecide: ['caption', 'catId', 'tags', 'licence', 'author', 'mayCondition'],
    });
    expect(rows()).toEqual(before);
  });

  it('changes nothing when one id or one value is wrong', async () => {
    writeTone(file('a.wav'), 1);
    writeTone(file('b.wav'), 2);
    await addSource(context(), root);
    const [before, epoch] = [rows(), catalogue.epoch()];
    expect(wrong([1, 99, 2, 77], { rating: 3 })).toThrow(/99, 77/);
    expect(wrong([1, 99], { rating: 3 })).toThrow(kind('not-found'));
    for (const edit of [
      { rating: 6 },
      { rating: 2.5 },
      { catId: 'DOORNope' },
      { caption: '123' },
      { tags: ['a'], addTags: ['b'] },
      { caption: 'x'.repeat(401) },
      { caption: 'gate', undecide: ['caption' as const] },
      {},
    ])
      expect(wrong([1, 2], edit), JSON.stringify(edit)).toThrow(kind('input'));
    expect(wrong([], { rating: 1 })).toThrow(kind('input'));
    expect(rows()).toEqual(before);
    expect(catalogue.epoch()).toBe(epoch);
  });

  it('is found by its new words at once, and by its old ones no more', async () => {
    writeTone(file('door slam.wav'), 1);
    await addSource(context(), root);
    const epoch = catalogue.epoch();
    const { changed } = editSounds(catalogue, [1], { caption: 'rain on tin' });
    expect(catalogue.epoch()).toBeGreaterThan(epoch);
    expect(catalogue.embeddings.get(1, 'text', 'fake')).toBeUndefined();
    const analyser = fakeAnalyser();
    await embedSounds({ catalogue, analyser }, changed);
    expect(analyser.texts).toEqual(['rain on tin']);
    const close = (text: string) =>
      hashVector(text).reduce(
        (sum, value, index) => sum + value * (catalogue.embeddings.get(1, 'text', 'fake')?.[index] ?? 0),
        0,
      );
    expect(close('rain on tin')).toBeCloseTo(1, 3);
    expect(catalogue.words.search('tin', 5)).toEqual([1]);
    editSounds(catalogue, [1], { caption: '' });
    await embedSounds({ catalogue, analyser }, [1]);
    expect(analyser.texts).toHaveLength(1);
    expect(catalogue.embeddings.changedSince('uncaptioned', 'fake', 0)).toEqual([1]);
  });

  it('is taken back to the byte, embeddings and words included, and that again', async () => {
    writeTwice(file('door slam.wav'));
    writeTone(file('b.wav'), 2);
    await addSource(context(), root);
    const [event] = parts('event');
    if (!event) throw new Error('no event was found in the two bursts');
    const before = rows();
    const vector = catalogue.embeddings.get(1, 'text', 'fake');
    const edit = { caption: 'rain', tags: ['wet'], licence: 'No AI', rating: 5, favourite: true };
    const { undo, changed } = editSounds(catalogue, [named('door slam.wav').id, event.id], edit);
    expect(changed.length).toBeGreaterThan(2);
    const after = rows();
    expect(after).not.toEqual(before);
    const back = undoEdit(catalogue, JSON.parse(JSON.stringify(undo)));
    await embedSounds(context(), back.changed);
    expect(rows()).toEqual(before);
    expect(catalogue.embeddings.get(1, 'text', 'fake')).toEqual(vector);
    expect(catalogue.words.search('rain', 5)).toEqual([]);
    expect(catalogue.words.search('slam', 5)).toEqual([named('door slam.wav').id]);
    undoEdit(catalogue, back.undo);
    expect(rows()).toEqual(after);
    expect(() => undoEdit(catalogue, { rows: [{ id: 1 }], made: [] })).toThrow(kind('input'));
  });

  it('takes the events of a file along, and makes an edited event the user’s', async () => {
    writeTwice(file('door slam.wav'));
    await addSource(context(), root);
    const [first, second] = parts('event');
    if (!first || !second) throw new Error('the two bursts are no two events');
    editSounds(catalogue, [named('door slam.wav').id], { mayCondition: false, licence: 'No AI' });
    expect(parts('event').map(({ mayCondition, licence }) => [mayCondition, licence])).toEqual([
      [false, 'No AI'],
      [false, 'No AI'],
    ]);
    editSounds(catalogue, [first.id], { caption: 'the latch' });
    // Another model hears the file again.
    await rescan({ catalogue, analyser: fakeAnalyser('other') });
    expect(catalogue.sounds.byId(first.id)).toMatchObject({
      part: 'region',
      caption: 'the latch',
      licence: 'No AI',
    });
    expect(parts('event')).toHaveLength(1);
    expect(catalogue.words.search('latch', 5)).toEqual([first.id]);
    expect(catalogue.words.search('slam', 5)).toHaveLength(1);
  });
});
