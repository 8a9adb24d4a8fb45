import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RefoleyError } from '#core/errors.ts';
import { decodeMarkers, encodeMarkers } from './markers.ts';

const frames = fc.nat({ max: 0xffff_ffff });
const text = fc.string().filter((value) => !value.includes('\0') && !/^\ufeff|^\ufffe/.test(value));
const marker = fc.record({ start: frames, length: frames, label: text, note: text });

describe('markers', () => {
  it('round-trip, in the order of their starts', () => {
    fc.assert(
      fc.property(fc.uniqueArray(marker, { selector: ({ start }) => start, maxLength: 20 }), (markers) => {
        const sorted = [...markers].sort((a, b) => a.start - b.start);
        expect(decodeMarkers(encodeMarkers(markers))).toEqual(sorted);
      }),
    );
  });

  it('are written as other programs read them', () => {
    const { cue, adtl } = encodeMarkers([{ start: 258, length: 2, label: 'hi', note: '' }]);
    expect([...cue]).toEqual([
      ...[1, 0, 0, 0],
      ...[1, 0, 0, 0, 2, 1, 0, 0, 0x64, 0x61, 0x74, 0x61, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0],
    ]);
    expect(String.fromCharCode(...adtl)).toBe(
      'adtlltxt\x14\0\0\0\x01\0\0\0\x02\0\0\0rgn \0\0\0\0\0\0\0\0labl\x07\0\0\0\x01\0\0\0hi\0\0',
    );
  });

  it('refuse what a 32-bit number cannot tell', () => {
    for (const start of [-1, 0.5, 2 ** 32, NaN])
      expect(() => encodeMarkers([{ start, length: 0, label: '', note: '' }])).toThrow(RefoleyError);
  });

  it('survive arbitrary bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, bytes, (cue, rest) => {
        const adtl = Uint8Array.of(0x61, 0x64, 0x74, 0x6c, ...rest);
        for (const { start, length } of decodeMarkers({ cue, adtl }))
          expect(start + length).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
