import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, encodeUtf8 } from './encoding.ts';

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('decodeText', () => {
  it('reads any UTF-8, up to its first NUL', () => {
    const unit = fc.constantFrom('a', ' ', '\n', 'é', 'Ÿ', '문', 'ド', '🚪', '\u0301', '\ud800');
    const text = fc.string({ unit });
    fc.assert(
      fc.property(text, (value) => {
        expect(decodeText(encodeUtf8(`${value}\0rest`))).toBe(value.toWellFormed());
      }),
    );
  });

  it('drops what a field of fixed length has cut in two', () => {
    const bytes = encodeUtf8('녹슨 철문 🚪');
    for (const cut of [1, 2, 3]) {
      expect(decodeText(bytes.subarray(0, bytes.length - cut))).toBe('녹슨 철문 ');
    }
  });

  it.each(['Tür knarrt', 'Générique', 'café', 'Für Élise à côté d’une', 'Ångström ñandú', 'naïveté'])(
    'reads %s as older tools wrote it',
    (text) => {
      // U+2019 is 0x92 there.
      expect(decodeText(latin1(text.replace('\u2019', '\u0092')))).toBe(text);
    },
  );

  it('reads Japanese as Shift-JIS', () => {
    // ドアの音, 重い
    const bytes = Uint8Array.of(0x83, 0x68, 0x83, 0x41, 0x82, 0xcc, 0x89, 0xb9, 0x2c, 0x8f, 0x64, 0x82, 0xa2);
    expect(decodeText(bytes)).toBe('ドアの音,重い');
  });

  it('reads UTF-16 by its mark', () => {
    expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x41, 0, 0x03, 0x26))).toBe('A☃');
    expect(decodeText(Uint8Array.of(0xfe, 0xff, 0, 0x41))).toBe('A');
  });

  it('gives some text for whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(decodeText(bytes)).not.toContain('\0');
      }),
    );
  });
});
