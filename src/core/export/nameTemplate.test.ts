import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUcsName } from '../text/soundName.ts';
import { isCatId, ucsEntries } from '../text/ucs.ts';
import { createNamer, parseTemplate, UCS_TEMPLATE, type NameFields } from './nameTemplate.ts';
import { numberedNames, ucsStem } from './ucsName.ts';

const text = fc.string({ unit: 'binary', maxLength: 300 });
const fields = fc.record({
  ...{ catId: fc.constantFrom(...ucsEntries().keys()), fxName: text, creatorId: text, sourceId: text },
  ...{ name: text, prompt: text, region: text, layer: text, date: fc.constant('2026-03-01') },
  ...{ seed: fc.nat(), take: fc.nat(), rate: fc.nat(), bits: fc.nat() },
});
const bytes = (name: string) => new TextEncoder().encode(name).length;
const folded = (name: string) => name.normalize('NFC').toLowerCase();
const refusal = (template: string, asked: NameFields = {}) => {
  try {
    return createNamer(template, [])(asked, '.wav');
  } catch (cause) {
    return cause;
  }
};

describe('createNamer', () => {
  it('writes texts and numbers where the template has them', () => {
    const name = createNamer('{name} {take:03}_{rate}-{bits} {date}', []);
    expect(name({ name: 'a/b', take: 7, rate: 48_000, bits: 24, date: '2026-03-01' }, '.flac')).toBe(
      'a b 007_48000-24 2026-03-01.flac',
    );
    const long = 'a very long prompt that goes on and on until nobody remembers how it began';
    expect(createNamer('{prompt}', [])({ prompt: long }, '.wav')).toBe(
      'a very long prompt that goes on and on until nobody.wav',
    );
  });

  it('names as UCS does unless told otherwise, whatever is typed', () => {
    fc.assert(
      fc.property(fields, (asked) => {
        const name = createNamer(UCS_TEMPLATE, [])(asked, '.wav');
        expect(name).toBe(numberedNames(ucsStem(asked), 1, [])[0]);
        expect(parseUcsName(name, isCatId)?.catId).toBe(asked.catId);
      }),
    );
  });

  it('gives names that every file system takes and none twice, or says why not', () => {
    const token = fc.constantFrom(
      ...[
        '{catId}',
        '{fxName}',
        '{name}',
        '{prompt}',
        '{region}',
        '{seed}',
        '{take:03}',
        '{number}',
        '{number:03}',
      ],
      ...['{layer}', '{date}', '_', '-', 'x', ' ', '.', 'con', 'NUL.', 'ß', '{', '}', '/', '?', '{what}'],
    );
    const template = fc.array(token, { maxLength: 6 }).map((parts) => parts.join(''));
    const taken = fc.array(fc.oneof(text, fc.constantFrom('x.wav', 'X_2.WAV', 'x_01.wav')));
    fc.assert(
      fc.property(
        template,
        fc.array(fields, { minLength: 1, maxLength: 5 }),
        taken,
        (asked, items, before) => {
          const given: string[] = [];
          try {
            const namer = createNamer(asked, before);
            for (const item of [...items, ...items]) given.push(namer(item, '.wav'));
          } catch (cause) {
            expect(cause).toMatchObject({ kind: 'input' });
          }
          const known = new Set(before.map(folded));
          for (const name of given) {
            expect(bytes(name)).toBeLessThanOrEqual(255);
            // eslint-disable-next-line no-control-regex -- those are forbidden
            expect(name).not.toMatch(/[\u0000-\u001f\\/:*?"<>|]|^[ .]|[ .]\.wav$/);
            expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\s*\./i);
            expect(name.isWellFormed()).toBe(true);
            expect(known.has(folded(name))).toBe(false);
            known.add(folded(name));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('goes on after the highest number, and makes one where the template has none', () => {
    const numbered = createNamer('{name}_{number:02}_x', ['GATE_07_x.wav', 'gate_9_y.wav']);
    expect(numbered({ name: 'gate' }, '.wav')).toBe('gate_08_x.wav');
    expect(numbered({ name: 'gate' }, '.wav')).toBe('gate_09_x.wav');
    expect(numbered({ name: 'door' }, '.wav')).toBe('door_01_x.wav');
    const plain = createNamer('{name}', ['Gate.wav', 'cafe\u0301.wav']);
    expect(plain({ name: 'gate' }, '.wav')).toBe('gate_2.wav');
    expect(plain({ name: 'gate' }, '.wav')).toBe('gate_3.wav');
    expect(plain({ name: 'CAFÉ' }, '.wav')).toBe('CAFÉ_2.wav');
    expect(plain({ name: 'gate' }, '.flac')).toBe('gate.flac');
  });

  it.each([
    ['{nmae}', /\{nmae\} is no part of a name: use \{catId\}/],
    ['{name:02}', /is no number/],
    ['{name', /brace/],
    ['take {number', /brace/],
    ['../{name}', /another folder/],
    ['{name}\\x', /another folder/],
    ['what? {name}', /"\?" cannot stand in a file name/],
    ['', /no name/],
    ['{region}', /no name/],
    ['con', /device on Windows/],
    ['COM1.{name}', /device on Windows/],
    ['..', /blank or a dot/],
    ['x'.repeat(300), /304 bytes/],
    [`${'ö'.repeat(126)}{name}`, /257 bytes/],
  ])('refuses %j with the reason', (template, reason) => {
    expect(refusal(template, { name: 'a' })).toMatchObject({
      kind: 'input',
      message: expect.stringMatching(reason),
    });
  });

  it('keeps values from leaving the folder', () => {
    expect(refusal('{name}', { name: '../../etc/passwd' })).toBe('etc passwd.wav');
    expect(refusal('{name}', { name: '..' })).toMatchObject({ kind: 'input' });
    expect(parseTemplate('{number:02}')).toEqual([{ token: 'number', digits: 2 }]);
  });
});
