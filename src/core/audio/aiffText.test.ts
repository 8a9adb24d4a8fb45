import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAiffTexts } from './aiffText.ts';
import { byteSource, walkChunks } from './riff.ts';

const ascii = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));
const u16 = (value: number) => [(value >> 8) & 0xff, value & 0xff];
const u32 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
const chunk = (id: string, payload: readonly number[]) => [
  ...ascii(id),
  ...u32(payload.length),
  ...payload,
  ...(payload.length % 2 ? [0] : []),
];
const pascal = (text: string) => [text.length, ...ascii(text), ...(text.length % 2 ? [] : [0])];

function read(...chunks: readonly number[][]) {
  const source = byteSource(Uint8Array.from(chunks.flat()));
  return readAiffTexts(source, [...walkChunks(source, 0, ({ size }) => size, 'big')]);
}

describe('readAiffTexts', () => {
  it('reads the text chunks, any number of each', () => {
    const { texts } = read(
      chunk('NAME', ascii('Gate ')),
      chunk('(c) ', [0x32, 0x30, 0x31, 0x30, 0x20, 0xc3, 0xa9]),
      chunk('ANNO', ascii('creaks')),
      chunk('ANNO', ascii('')),
      chunk('ANNO', ascii('slowly')),
      chunk('COMT', [...u16(1), ...u32(1), ...u16(0), ...u16(3), ...ascii('old')]),
    );
    expect(texts).toEqual([
      { id: 'NAME', text: 'Gate' },
      { id: '(c) ', text: '2010 é' },
      { id: 'ANNO', text: 'creaks' },
      { id: 'ANNO', text: 'slowly' },
      { id: 'COMT', text: 'old' },
    ]);
  });

  it('reads markers, and loops between them', () => {
    const marks = [
      ...u16(3),
      ...[...u16(1), ...u32(100), ...pascal('in')],
      ...[...u16(7), ...u32(90_000), ...pascal('out')],
      ...[...u16(9), ...u32(4_000_000_000), ...pascal('')],
    ];
    const inst = [
      60,
      0,
      0,
      127,
      0,
      127,
      0,
      0,
      ...u16(1),
      ...u16(1),
      ...u16(7),
      ...u16(0),
      ...u16(1),
      ...u16(7),
    ];
    const { markers, loops } = read(chunk('MARK', marks), chunk('INST', inst));
    expect(markers).toEqual([
      { id: 1, position: 100, label: 'in' },
      { id: 7, position: 90_000, label: 'out' },
      { id: 9, position: 4_000_000_000, label: '' },
    ]);
    expect(loops).toEqual([{ direction: 'forward', start: 100, end: 90_000, times: 0 }]);
  });

  it('leaves out loops whose ends are missing or the wrong way round', () => {
    const marks = [...u16(2), ...u16(1), ...u32(5), ...pascal('a'), ...u16(2), ...u32(9), ...pascal('b')];
    const inst = (from: number, to: number) => [
      ...Array<number>(8).fill(0),
      ...u16(1),
      ...u16(from),
      ...u16(to),
    ];
    expect(read(chunk('MARK', marks), chunk('INST', inst(2, 1))).loops).toEqual([]);
    expect(read(chunk('MARK', marks), chunk('INST', inst(1, 3))).loops).toEqual([]);
  });

  it('never throws, whatever the chunks hold', () => {
    const id = fc.constantFrom('NAME', 'ANNO', 'COMT', 'MARK', 'INST', 'ID3 ');
    const any = fc.array(fc.tuple(id, fc.array(fc.nat(255), { maxLength: 60 })), { maxLength: 5 });
    fc.assert(
      fc.property(any, fc.nat(300), (chunks, length) => {
        const bytes = Uint8Array.from(chunks.flatMap(([name, payload]) => chunk(name, payload))).slice(
          0,
          length,
        );
        const source = byteSource(bytes);
        const { loops, markers } = readAiffTexts(source, [
          ...walkChunks(source, 0, ({ size }) => size, 'big'),
        ]);
        for (const loop of loops) expect(loop.end).toBeGreaterThan(loop.start);
        for (const marker of markers) expect(marker.position).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
