import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asRefoleyError } from '#core/errors.ts';
import { readAiff } from './aiff.ts';
import { byteSource, readChunk } from './riff.ts';
import { decodeSamples } from './samples.ts';

interface Written {
  readonly channels?: number;
  readonly frames: number;
  readonly bits: number;
  /** AIFF-C compression type; a plain AIFF without one. */
  readonly type?: string;
  readonly data: readonly number[];
  readonly offset?: number;
}

/** An AIFF by the book, with a chunk of odd length before the samples. */
function aiff({ channels = 1, frames, bits, type, data, offset = 0 }: Written): Uint8Array {
  const common = [...u16(channels), ...u32(frames), ...u16(bits), 0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0];
  const comm = chunk('COMM', type ? [...common, ...ascii(type), 0, 0] : common);
  const name = [...chunk('NAME', ascii('odd')), 0];
  const ssnd = chunk('SSND', [...u32(offset), ...u32(0), ...Array<number>(offset).fill(0xee), ...data]);
  const body = [...ascii(type ? 'AIFC' : 'AIFF'), ...comm, ...name, ...ssnd];
  return Uint8Array.from([...chunk('FORM', body)]);
}

const ascii = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));
const u16 = (value: number) => [value >> 8, value & 0xff];
const u32 = (value: number) => [24, 16, 8, 0].map((shift) => (value >> shift) & 0xff);
const chunk = (id: string, payload: readonly number[]) => [...ascii(id), ...u32(payload.length), ...payload];

function decode(bytes: Uint8Array) {
  const source = byteSource(bytes);
  const { format, data } = readAiff(source);
  return { format, channels: decodeSamples(source.read(data.offset, data.size), format) };
}

describe('readAiff', () => {
  it('reads rate, width and every channel of a plain AIFF', () => {
    const { format, channels } = decode(
      aiff({ channels: 2, frames: 2, bits: 16, data: [0x40, 0, 0xc0, 0, 0x20, 0, 0x80, 0] }),
    );
    expect(format).toMatchObject({ sampleRate: 44_100, channelCount: 2, bits: 16 });
    expect(channels).toEqual([Float32Array.of(0.5, 0.25), Float32Array.of(-0.5, -1)]);
  });

  it.each([
    ['8 bits, which are signed', { bits: 8, data: [0x40, 0xc0] }],
    ['24 bits', { bits: 24, data: [0x40, 0, 0, 0xc0, 0, 0] }],
    ['20 bits, left-justified', { bits: 20, data: [0x40, 0, 0, 0xc0, 0, 0] }],
    ['32 bits', { bits: 32, data: [0x40, 0, 0, 0, 0xc0, 0, 0, 0] }],
    ['NONE', { bits: 16, type: 'NONE', data: [0x40, 0, 0xc0, 0] }],
    ['sowt, the other way round', { bits: 16, type: 'sowt', data: [0, 0x40, 0, 0xc0] }],
    ['raw, which is unsigned', { bits: 8, type: 'raw ', data: [0xc0, 0x40] }],
    ['fl32', { bits: 32, type: 'fl32', data: [0x3f, 0, 0, 0, 0xbf, 0, 0, 0] }],
    ['fl64', { bits: 64, type: 'fl64', data: [0x3f, 0xe0, 0, 0, 0, 0, 0, 0, 0xbf, 0xe0, 0, 0, 0, 0, 0, 0] }],
    ['samples after an offset', { bits: 16, data: [0x40, 0, 0xc0, 0], offset: 6 }],
  ] satisfies [string, Omit<Written, 'frames'>][])('reads %s', (_, written) => {
    expect(decode(aiff({ frames: 2, ...written })).channels).toEqual([Float32Array.of(0.5, -0.5)]);
  });

  it('gives what a truncated file still has', () => {
    const whole = aiff({ frames: 4, bits: 16, data: [0x40, 0, 0xc0, 0, 0x40, 0, 0xc0, 0] });
    expect(decode(whole.subarray(0, whole.length - 3)).channels).toEqual([Float32Array.of(0.5, -0.5)]);
  });

  it('lists its other chunks', () => {
    const source = byteSource(aiff({ frames: 1, bits: 8, data: [0, 0] }));
    const name = readAiff(source).chunks.find(({ id }) => id === 'NAME');
    expect(name && String.fromCharCode(...readChunk(source, name))).toBe('odd');
  });

  it.each([
    ['a compressed one', aiff({ frames: 1, bits: 16, type: 'ima4', data: [0, 0] }), 'input'],
    ['no channels', aiff({ channels: 0, frames: 1, bits: 16, data: [0, 0] }), 'corrupt'],
    ['another form', Uint8Array.from(chunk('FORM', ascii('ILBM'))), 'corrupt'],
    ['a header alone', aiff({ frames: 1, bits: 16, data: [] }).subarray(0, 20), 'corrupt'],
    ['nothing', new Uint8Array(), 'corrupt'],
  ])('refuses %s', (_, bytes, kind) => {
    expect(() => readAiff(byteSource(bytes))).toThrow(expect.objectContaining({ kind }));
  });

  it('never fails in another way, whatever the bytes', () => {
    const whole = aiff({ frames: 2, bits: 16, data: [0x40, 0, 0xc0, 0] });
    const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(edits, (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const [index, value] of changes) bytes[index] = value;
        try {
          decode(bytes);
        } catch (cause) {
          expect(['corrupt', 'input']).toContain(asRefoleyError(cause).kind);
        }
      }),
    );
  });
});
