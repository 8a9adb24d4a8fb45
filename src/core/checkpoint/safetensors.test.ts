import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ELEMENT_BYTES, headerLength, LENGTH_BYTES, readHeader, type ElementType } from './safetensors.ts';

type Entry = { dtype: string; shape: number[]; data_offsets: [number, number] };
const encode = (entries: Record<string, unknown>) => Buffer.from(JSON.stringify(entries));
const lengthOf = (value: bigint) => {
  const start = Buffer.alloc(LENGTH_BYTES);
  start.writeBigUInt64LE(value);
  return start;
};

/** Tensors one after the other, as every writer lays them out. */
const laidOut = fc
  .uniqueArray(
    fc.record({
      name: fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__'),
      dtype: fc.constantFrom(...(Object.keys(ELEMENT_BYTES) as ElementType[])),
      shape: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 4 }),
    }),
    { selector: ({ name }) => name, maxLength: 20 },
  )
  .map((tensors) => {
    let at = 0;
    const entries: [string, Entry][] = tensors.map(({ name, dtype, shape }) => {
      const begin = at;
      at += shape.reduce((product, length) => product * length, ELEMENT_BYTES[dtype]);
      return [name, { dtype, shape, data_offsets: [begin, at] }];
    });
    return { entries: Object.fromEntries(entries), dataBytes: at };
  });

describe('readHeader', () => {
  it('finds every tensor where it lies', () => {
    fc.assert(
      fc.property(laidOut, ({ entries, dataBytes }) => {
        const header = encode({ __metadata__: { format: 'pt' }, ...entries });
        const tensors = readHeader(header, LENGTH_BYTES + header.length + dataBytes);
        expect(tensors.size).toBe(Object.keys(entries).length);
        for (const [name, { dtype, shape, data_offsets }] of Object.entries(entries)) {
          expect(tensors.get(name)).toEqual({
            ...{ type: dtype, shape, bytes: data_offsets[1] - data_offsets[0] },
            offset: LENGTH_BYTES + header.length + data_offsets[0],
          });
        }
      }),
    );
  });

  it('refuses a file that is cut short, whatever it holds', () => {
    fc.assert(
      fc.property(laidOut, fc.integer({ min: 1, max: 1000 }), ({ entries, dataBytes }, missing) => {
        fc.pre(dataBytes > 0);
        const header = encode(entries);
        const left = Math.max(0, dataBytes - missing);
        expect(() => readHeader(header, LENGTH_BYTES + header.length + left)).toThrow(
          /after the end of the file/,
        );
      }),
    );
  });

  it.each([
    [
      'a shape that needs other bytes',
      { w: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 20] } },
      /takes 20 bytes and its shape 24/,
    ],
    [
      'a type that nobody knows',
      { w: { dtype: 'F7', shape: [1], data_offsets: [0, 1] } },
      /not understood \(w\.dtype/,
    ],
    [
      'offsets that run backwards',
      { w: { dtype: 'U8', shape: [4], data_offsets: [8, 4] } },
      /takes -4 bytes/,
    ],
    ['negative lengths', { w: { dtype: 'U8', shape: [-4], data_offsets: [0, 4] } }, /not understood/],
    ['something else', [], /not understood/],
  ])('refuses %s', (_, entries, reason) => {
    expect(() => readHeader(Buffer.from(JSON.stringify(entries)), 1000)).toThrow(reason);
  });

  it('refuses what is no JSON', () => {
    expect(() => readHeader(Buffer.from('{"w": '), 1000)).toThrow(/no JSON/);
  });
});

describe('headerLength', () => {
  it.each([
    [lengthOf(5n), 100, 5],
    [lengthOf(92n), 100, 92],
  ])('is what the first eight bytes say', (start, fileBytes, length) => {
    expect(headerLength(start, fileBytes)).toBe(length);
  });

  it.each([
    ['a zip archive, as torch writes', Buffer.from('PK\x03\x04\x00\x00\x08\x08'), /does not begin/],
    ['an empty file', Buffer.alloc(0), /shorter/],
    ['a file that ends within its header', lengthOf(93n), /ends within/],
    ['a length beyond the limit', lengthOf(2n ** 63n), /does not begin/],
  ])('refuses %s', (_, start, reason) => {
    expect(() => headerLength(start, 100)).toThrow(reason);
  });
});
