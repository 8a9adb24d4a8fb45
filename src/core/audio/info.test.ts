import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { RefoleyError } from '#core/errors.ts';
import { decodeInfo, encodeInfo } from './info.ts';

const text = fc
  .string({ unit: 'binary', minLength: 1 })
  .filter((value) => !/\0|\ufeff|^\ufffe/u.test(value) && value.isWellFormed());

describe('encodeInfo and decodeInfo', () => {
  it('round-trip any text', () => {
    fc.assert(
      fc.property(text, text, text, (INAM, ICMT, ICRD) => {
        const tags = decodeInfo(encodeInfo({ INAM, ICMT, ICRD, IKEY: '' }));
        expect([...tags]).toEqual([
          ['INAM', INAM],
          ['ICMT', ICMT],
          ['ICRD', ICRD],
        ]);
      }),
    );
  });

  it('ends strings with NUL and pads them to an even length', () => {
    const bytes = encodeInfo({ INAM: 'ab', ISFT: 'x' });
    expect(String.fromCharCode(...bytes)).toBe('INFOINAM\x03\0\0\0ab\0\0ISFT\x02\0\0\0x\0');
  });

  it('throws nothing but RefoleyError on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (rest) => {
        expect(() => decodeInfo(rest)).toThrow(RefoleyError);
        decodeInfo(Uint8Array.of(0x49, 0x4e, 0x46, 0x4f, ...rest));
      }),
    );
  });
});
