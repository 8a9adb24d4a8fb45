import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { RefoleyError } from '#core/errors.ts';
import { readIxml, writeIxml } from './ixml.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('&', '<', '>', ']]>', '&amp;', '&#13;', '\r', '\n', ' ', '\0', '\ud800', '"'),
  }),
);
const forbidden = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

describe('writeIxml and readIxml', () => {
  it('round-trip any Unicode text, less the characters that XML forbids', () => {
    fc.assert(
      fc.property(anyText, anyText, (DESCRIPTION, fxName) => {
        const { user, aswg } = readIxml(writeIxml({ user: { DESCRIPTION }, aswg: { fxName } }));
        expect(user['DESCRIPTION'] ?? '').toBe(DESCRIPTION.replace(forbidden, ''));
        expect(aswg['fxName'] ?? '').toBe(fxName.replace(forbidden, ''));
      }),
      { numRuns: 500 },
    );
  });

  it('round-trip any JSON exactly, forbidden characters included', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, fc.oneof(anyText, fc.double({ noNaN: true }))), (recipe) => {
        const json = JSON.stringify(recipe);
        const { recipeJson } = readIxml(writeIxml({ recipeJson: json }));
        expect(JSON.parse(recipeJson ?? 'null')).toEqual(JSON.parse(json));
        expect(writeIxml({ recipeJson: json })).toMatch(/^[\n\x20-\x7e]*$/);
      }),
    );
  });

  it('write the elements that other tools look for', () => {
    const xml = writeIxml({
      project: 'Film & Co',
      user: { CATID: 'DOORMetl', NOTES: undefined, KEYWORDS: '' },
      aswg: { contentType: 'sfx' },
      bext: {
        description: '문 소리',
        timeReference: 0x2_0000_0005n,
        loudnessValue: -23,
        loudnessRange: -Infinity,
      },
    });
    expect(xml).toContain(
      '<?xml version="1.0" encoding="UTF-8"?>\n<BWFXML>\n<IXML_VERSION>1.61</IXML_VERSION>',
    );
    expect(xml).toContain('<PROJECT>Film &amp; Co</PROJECT>');
    expect(xml).toContain('<USER>\n<CATID>DOORMetl</CATID>\n</USER>');
    expect(xml).toContain('<ASWG>\n<contentType>sfx</contentType>\n</ASWG>');
    expect(xml).toContain('<BWF_DESCRIPTION>문 소리</BWF_DESCRIPTION>');
    expect(xml).toContain('<BWF_TIME_REFERENCE_LOW>5</BWF_TIME_REFERENCE_LOW>\n<BWF_TIME_REFERENCE_HIGH>2</');
    expect(xml).toContain('<BWF_LOUDNESS_VALUE>-23.00</BWF_LOUDNESS_VALUE>');
    expect(xml).not.toContain('RANGE');
  });

  it('refuse names that are not XML names', () => {
    expect(() => writeIxml({ user: { 'a b': 'x' } })).toThrow(/no name for a metadata field/);
  });
});

describe('readIxml', () => {
  it('reads what other tools write: CDATA, references, repeated and nested elements, free text in USER', () => {
    const xml = `\ufeff<?xml version="1.0"?><!-- x --><BWFXML><USER a="1"><FXNAME><![CDATA[a < b &amp;]]></FXNAME>
      <NOTES>T&#252;r &#x2603;</NOTES><NOTES>second</NOTES><GROUP><A>1</A></GROUP></USER></BWFXML>\n`;
    expect(readIxml(xml)).toEqual({
      user: { FXNAME: 'a < b &amp;', NOTES: 'Tür ☃' },
      aswg: {},
      fields: new Map([
        ['USER/FXNAME', 'a < b &amp;'],
        ['USER/NOTES', 'Tür ☃'],
        ['USER/NOTES[2]', 'second'],
        ['USER/GROUP/A', '1'],
      ]),
    });
    expect(readIxml('<BWFXML><USER>Microphones=COS11</USER></BWFXML>')).toEqual({
      user: {},
      aswg: {},
      fields: new Map([['USER', 'Microphones=COS11']]),
    });
  });

  it('keeps elements that it does not know, in their places, and leaves the recipe out', () => {
    const xml = `<BWFXML><SPEED><TIMECODE_RATE>25/1</TIMECODE_RATE></SPEED><STEINBERG><ATTR_LIST>
      <ATTR><NAME>MediaLibrary</NAME></ATTR><ATTR><NAME>Musical</NAME><VALUE> </VALUE></ATTR></ATTR_LIST></STEINBERG>
      <REFOLEY><RECIPE_FORMAT>1</RECIPE_FORMAT><RECIPE>{}</RECIPE></REFOLEY></BWFXML>`;
    expect([...readIxml(xml).fields]).toEqual([
      ['SPEED/TIMECODE_RATE', '25/1'],
      ['STEINBERG/ATTR_LIST/ATTR/NAME', 'MediaLibrary'],
      ['STEINBERG/ATTR_LIST/ATTR[2]/NAME', 'Musical'],
      ['REFOLEY/RECIPE_FORMAT', '1'],
    ]);
  });

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['another root', '<XMP/>'],
    ['an open element', '<BWFXML><USER></BWFXML>'],
    [
      'an entity bomb',
      '<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><BWFXML><USER><N>&b;</N></USER></BWFXML>',
    ],
    ['a prototype', '<BWFXML><__proto__><a>1</a></__proto__></BWFXML>'],
    ['a deep nest', '<BWFXML>'.repeat(5000) + '</BWFXML>'.repeat(5000)],
  ])('refuses %s as corrupt', (_, xml) => {
    expect(() => readIxml(xml)).toThrow(expect.objectContaining({ kind: 'corrupt' }));
  });

  it('keeps its message to one short line', () => {
    expect(() => readIxml('<\n'.repeat(10_000))).toThrow(/^.{1,250}$/);
  });

  it('throws nothing but RefoleyError on damaged documents', () => {
    const whole = writeIxml({ user: { DESCRIPTION: 'a & b' }, recipeJson: '{"a":1}' });
    const cut = fc.tuple(fc.nat(whole.length), fc.nat(whole.length), anyText);
    fc.assert(
      fc.property(cut, ([from, to, text]) => {
        try {
          readIxml(whole.slice(0, from) + text + whole.slice(to));
        } catch (error) {
          expect(error).toBeInstanceOf(RefoleyError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
