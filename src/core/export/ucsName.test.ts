import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUcsName } from '../text/soundName.ts';
import { isCatId, ucsEntries } from '../text/ucs.ts';
import { fxNameOf, numberedNames, ucsStem } from './ucsName.ts';

const text = fc.string({ unit: 'binary', maxLength: 400 });
const naming = fc.record({
  catId: fc.constantFrom(...ucsEntries().keys()),
  fxName: text,
  creatorId: text,
  sourceId: text,
});

describe('ucsStem', () => {
  it('writes the blocks of UCS', () => {
    const stem = ucsStem({ catId: 'DOORWood', fxName: 'Slam Hard', creatorId: 'JD', sourceId: 'SHOW' });
    expect(stem).toBe('DOORWood_Slam Hard_JD_SHOW');
    expect(ucsStem({ catId: 'DOORWood', fxName: 'a/b_c: "d".', creatorId: '', sourceId: '' })).toBe(
      'DOORWood_a b c d_NONE_NONE',
    );
  });

  it('gives a name that UCS reads back and every file system takes, whatever is typed', () => {
    fc.assert(
      fc.property(naming, (asked) => {
        const [name = ''] = numberedNames(ucsStem(asked), 1, []);
        expect(parseUcsName(name, isCatId)?.catId).toBe(asked.catId);
        expect(name.split('_')).toHaveLength(5);
        expect(name.split('_').every((block) => block.trim() !== '')).toBe(true);
        expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(255);
        // eslint-disable-next-line no-control-regex -- those are forbidden
        expect(name).not.toMatch(/[\u0000-\u001f\\/:*?"<>|]/);
        expect(name.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('numberedNames', () => {
  it('goes on after the highest number in use', () => {
    expect(numberedNames('A_b', 2, [])).toEqual(['A_b_01.wav', 'A_b_02.wav']);
    expect(numberedNames('A_b', 2, ['a_B_07.WAV', 'A_b_x.wav', 'A_bc_90.wav'])).toEqual([
      'A_b_08.wav',
      'A_b_09.wav',
    ]);
    expect(numberedNames('A_b', 2, ['A_b_99.wav'])).toEqual(['A_b_100.wav', 'A_b_101.wav']);
  });

  it('never gives a name that is taken, nor one twice', () => {
    const taken = fc.array(
      fc.oneof(
        fc.integer({ min: 0, max: 120 }).map((number) => `S_x_${number}.wav`),
        fc.integer({ min: 0, max: 120 }).map((number) => `s_X_${String(number).padStart(2, '0')}.WAV`),
        fc.string(),
      ),
    );
    fc.assert(
      fc.property(taken, fc.integer({ min: 1, max: 150 }), (names, count) => {
        const given = numberedNames('S_x', count, names).map((name) => name.toLowerCase());
        const before = new Set(names.map((name) => name.toLowerCase()));
        expect(new Set(given).size).toBe(count);
        expect(given.filter((name) => before.has(name))).toEqual([]);
      }),
    );
  });
});

describe('fxNameOf', () => {
  it('takes the first words of a prompt', () => {
    expect(fxNameOf('rusty gate creaks open, slow')).toBe('Rusty Gate Creaks Open');
    expect(fxNameOf('')).toBe('');
  });

  it('is never longer than UCS advises', () => {
    fc.assert(fc.property(text, (prompt) => new TextEncoder().encode(fxNameOf(prompt)).length <= 75));
  });
});
