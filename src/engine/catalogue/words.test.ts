import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putSound, temporaryFolder } from '../library/testing/fakeLibrary.ts';
import { openCatalogue } from './open.ts';

const folder = temporaryFolder();
let catalogue: ReturnType<typeof openCatalogue>;
const captions = [
  'rusty gate creaks open',
  'gate slams',
  'dog barking NOT AND OR',
  'Tür öffnen',
  'engine idling',
];

beforeAll(() => {
  catalogue = openCatalogue(join(folder.path, 'catalogue.db'));
  const { id: sourceId } = catalogue.sources.put('/sounds', 'folder', null);
  captions.forEach((caption, index) => {
    const catId = caption === 'engine idling' ? 'VEHFrght' : null;
    putSound(catalogue, sourceId, `dir/${index}.wav`, { caption, catId });
  });
});
afterAll(() => {
  catalogue.close();
  folder.remove();
});

const found = (text: string) => catalogue.words.search(text, 9).map((id) => captions[id - 1]);

describe('search by words', () => {
  it.each([
    ['gate creak', ['rusty gate creaks open']],
    ['GATES', ['gate slams', 'rusty gate creaks open']],
    ['rust', ['rusty gate creaks open']],
    ['offnen', ['Tür öffnen']],
    ['creaks barking', ['rusty gate creaks open', 'dog barking NOT AND OR']],
    ['barking" OR "gate', ['dog barking NOT AND OR', 'gate slams', 'rusty gate creaks open']],
    ['gate NOT slams', ['rusty gate creaks open']],
    ['gate -"gate slams"', ['rusty gate creaks open']],
    ['lorry', ['engine idling']],
    ['-- ; * ()', []],
    ['', []],
  ])('%s', (text, expected) => {
    expect(found(text).sort()).toEqual([...expected].sort());
  });

  it('takes any text as words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => catalogue.words.search(text, 5)).not.toThrow();
      }),
      { numRuns: 50 },
    );
    expect(() => catalogue.words.search('"; DROP TABLE sounds; --', 5)).not.toThrow();
  });
});
