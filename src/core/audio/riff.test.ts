import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { RefoleyError } from '#core/errors.ts';
import { byteSource, readChunk, walkRiff } from './riff.ts';
import { readWav, wavInfo, writeWav } from './wav.ts';

/** Builds bytes from text and numbers (little-endian, 32 bits). */
function bytesOf(...parts: readonly (string | number | readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => {
      if (typeof part === 'string') return Array.from(part, (character) => character.charCodeAt(0));
      if (typeof part === 'number') return [0, 8, 16, 24].map((shift) => (part >>> shift) & 0xff);
      return [...part];
    }),
  );
}

function list(bytes: Uint8Array): string[] {
  return [...walkRiff(byteSource(bytes))].map(({ id, offset, size }) => `${id}@${offset}+${size}`);
}

describe('walkRiff', () => {
  it('lists chunks with their offsets and sizes', () => {
    const bytes = bytesOf('RIFF', 30, 'WAVE', 'abcd', 2, [1, 2], 'efgh', 0, 'ijkl', 4, [1, 2, 3, 4]);
    expect(list(bytes)).toEqual(['abcd@20+2', 'efgh@30+0', 'ijkl@38+4']);
  });

  it('skips the pad byte after an odd chunk, and forgives its absence', () => {
    const padded = bytesOf('RIFF', 26, 'WAVE', 'abcd', 1, [7, 0], 'efgh', 2, [1, 2]);
    const unpadded = bytesOf('RIFF', 25, 'WAVE', 'abcd', 1, [7], 'efgh', 2, [1, 2]);
    expect(list(padded)).toEqual(['abcd@20+1', 'efgh@30+2']);
    expect(list(unpadded)).toEqual(['abcd@20+1', 'efgh@29+2']);
  });

  it('gives what is there of a chunk that is cut off', () => {
    const source = byteSource(bytesOf('RIFF', 100, 'WAVE', 'abcd', 80, [1, 2, 3]));
    const [chunk] = [...walkRiff(source)];
    expect(chunk).toEqual({ id: 'abcd', offset: 20, size: 80 });
    expect(chunk && [...readChunk(source, chunk)]).toEqual([1, 2, 3]);
  });

  it('stops at rubbish after the last chunk', () => {
    expect(list(bytesOf('RIFF', 14, 'WAVE', 'abcd', 2, [1, 2], [0, 0, 0, 0, 0, 0, 0, 0, 9]))).toEqual([
      'abcd@20+2',
    ]);
  });

  it('takes the sizes of RF64 from ds64, the table included', () => {
    const ds64 = bytesOf('ds64', 40, 0, 0, 6, 0, 0, 0, 1, 'big ', 4, 0);
    const bytes = bytesOf(
      'RF64',
      -1,
      'WAVE',
      [...ds64],
      'big ',
      -1,
      [1, 2, 3, 4],
      'data',
      -1,
      [1, 2, 3, 4, 5, 6],
      'tail',
      0,
    );
    expect(list(bytes)).toEqual(['ds64@20+40', 'big @68+4', 'data@80+6', 'tail@94+0']);
  });

  it('lets a data chunk of unknown size run to the end of the file', () => {
    expect(list(bytesOf('RIFF', 0, 'WAVE', 'data', 0, [1, 2, 3, 4]))).toEqual(['data@20+4']);
    expect(list(bytesOf('RIFF', -1, 'WAVE', 'data', -1, [1, 2, 3, 4]))).toEqual(['data@20+4']);
    expect(list(bytesOf('RIFF', 20, 'WAVE', 'data', 0, 'next', 0))).toEqual(['data@20+0', 'next@28+0']);
  });

  it('refuses what is not a WAV, with what to do', () => {
    expect(() => list(bytesOf('FORM', 4, 'AIFF'))).toThrow(/not a WAV file.*export it again/);
    expect(() => list(bytesOf('RIFX', 4, 'WAVE'))).toThrow(/big-endian.*convert/);
    expect(() => list(new Uint8Array(3))).toThrow(RefoleyError);
  });

  it('refuses a flood of empty chunks', () => {
    const flood = new Uint8Array(12 + 8 * 20_001);
    flood.set(bytesOf('RIFF', 0, 'WAVE'));
    for (let position = 12; position < flood.length; position += 8) flood.set(bytesOf('JUNK', 0), position);
    expect(() => list(flood)).toThrow(/more than 20000 chunks/);
  });
});

describe('a damaged file', () => {
  const whole = writeWav({
    sampleRate: 48_000,
    bits: 24,
    channels: [new Float32Array(50), new Float32Array(50)],
    metadata: { bext: { description: 'a' }, ixml: '<BWFXML/>', info: { INAM: 'b' } },
  });
  const onlyRefoleyErrors = (bytes: Uint8Array): void => {
    for (const read of [readWav, wavInfo]) {
      try {
        read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RefoleyError);
      }
    }
  };

  it('throws nothing but RefoleyError, whichever bytes are wrong', () => {
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (changes, length) => {
        const bytes = whole.slice(0, length);
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        onlyRefoleyErrors(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but RefoleyError on arbitrary bytes', () => {
    const body = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(body, fc.constantFrom('RIFF', 'RF64', 'BW64', 'XXXX'), (rest, magic) => {
        onlyRefoleyErrors(bytesOf(magic, rest.length, 'WAVE', [...rest]));
        onlyRefoleyErrors(bytesOf(magic, -1, 'WAVE', 'ds64', 28, [...rest]));
        onlyRefoleyErrors(bytesOf(magic, 60, 'WAVE', 'fmt ', 16, [...rest]));
      }),
    );
  });
});
