import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeBext, encodeBext } from './bext.ts';

const ascii = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'Z', ' ', '0', '9', ',', '.', '-', '_', '\r\n'), maxLength });

describe('encodeBext and decodeBext', () => {
  it('round-trip every field', () => {
    const loudness = fc.option(fc.integer({ min: -9999, max: 9999 }), { nil: undefined });
    const fields = fc.record({
      description: ascii(256),
      originator: ascii(32),
      originatorReference: ascii(32),
      timeReference: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      umid: fc.uint8Array({ minLength: 64, maxLength: 64 }).filter((umid) => umid.some((byte) => byte > 0)),
      codingHistory: ascii(500),
      levels: fc.tuple(loudness, loudness, loudness, loudness, loudness),
    });
    fc.assert(
      fc.property(fields, ({ levels, ...bext }) => {
        const [value, range, peak, momentary, shortTerm] = levels.map((level) => level && level / 100);
        const written = {
          ...bext,
          originationDate: '2026-03-01',
          originationTime: '23:59:59',
          ...(value !== undefined && { loudnessValue: value }),
          ...(range !== undefined && { loudnessRange: range }),
          ...(peak !== undefined && { maxTruePeakLevel: peak }),
          ...(momentary !== undefined && { maxMomentaryLoudness: momentary }),
          ...(shortTerm !== undefined && { maxShortTermLoudness: shortTerm }),
        };
        expect(decodeBext(encodeBext(written))).toEqual({ ...written, version: 2 });
      }),
    );
  });

  it('lays the fields out as EBU Tech 3285 does', () => {
    const bytes = encodeBext({
      description: 'd',
      originator: 'o',
      originatorReference: 'r',
      originationDate: '2026-03-01',
      originationTime: '10:11:12',
      timeReference: 0x01_0000_0002n,
      umid: Uint8Array.of(9),
      loudnessValue: -23.456,
      codingHistory: 'A=PCM\r\n',
    });
    const view = new DataView(bytes.buffer);
    const text = (from: number, length: number): string =>
      String.fromCharCode(...bytes.subarray(from, from + length));
    expect(bytes.length).toBe(609);
    expect([text(0, 1), text(256, 1), text(288, 1)]).toEqual(['d', 'o', 'r']);
    expect(text(320, 18)).toBe('2026-03-0110:11:12');
    expect([view.getUint32(338, true), view.getUint32(342, true), view.getUint16(346, true)]).toEqual([
      2, 1, 2,
    ]);
    expect(bytes[348]).toBe(9);
    expect([view.getInt16(412, true), view.getInt16(414, true)]).toEqual([-2346, 0x7fff]);
    expect(text(602, 7)).toBe('A=PCM\r\n');
  });

  it('cuts long text off and spells it in ASCII', () => {
    const { description, originator } = decodeBext(
      encodeBext({ description: `Tür “knarrt” – 문 ½ × 2\0${'x'.repeat(300)}`, originator: 'é'.repeat(40) }),
    );
    expect(description).toBe(`Tur "knarrt" - ? ? x 2${'x'.repeat(300)}`.slice(0, 256));
    expect(originator).toBe('e'.repeat(32));
  });

  it('stores silence and impossible levels as not set', () => {
    const read = decodeBext(
      encodeBext({ loudnessValue: -Infinity, loudnessRange: NaN, maxTruePeakLevel: 400 }),
    );
    expect(Object.keys(read)).not.toContain('loudnessValue');
    expect(Object.keys(read)).not.toContain('loudnessRange');
    expect(Object.keys(read)).not.toContain('maxTruePeakLevel');
  });

  it('refuses malformed dates and times', () => {
    expect(() => encodeBext({ originationDate: '1 March' })).toThrow(/yyyy-mm-dd/);
    expect(() => encodeBext({ timeReference: -1n })).toThrow(/time reference/);
  });

  it('reads version 0 without the fields of later versions, and what other tools write instead of ASCII', () => {
    const bytes = encodeBext({ loudnessValue: -20, umid: Uint8Array.of(1) });
    bytes[346] = 0;
    bytes.set([0x54, 0xfc, 0x72], 0);
    expect(decodeBext(bytes.subarray(0, 348))).toEqual({
      version: 0,
      description: 'Tür',
      originator: '',
      originatorReference: '',
      originationDate: '',
      originationTime: '',
      timeReference: 0n,
      codingHistory: '',
    });
    expect(() => decodeBext(bytes.subarray(0, 347))).toThrow(/cut off/);
  });
});
