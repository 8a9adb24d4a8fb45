import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asRefoleyError } from '#core/errors.ts';
import { readFlacHeader } from './flacHeader.ts';
import { readMpegHeader } from './mpegHeader.ts';
import { readOggHeader } from './oggHeader.ts';
import { byteSource } from './riff.ts';

const ascii = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));
const le = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, n) => (value / 256 ** n) & 0xff);

/** A FLAC of one STREAMINFO block: blocks of 4096 samples. */
function flac(sampleRate: number, channels: number, bits: number, frames: number): number[] {
  const packed =
    (BigInt(sampleRate) << 44n) | (BigInt(channels - 1) << 41n) | (BigInt(bits - 1) << 36n) | BigInt(frames);
  const bytes = Array.from({ length: 8 }, (_, n) => Number((packed >> BigInt(8 * (7 - n))) & 0xffn));
  const sizes = [0x10, 0, 0x10, 0, 0, 0, 0, 0, 0, 0];
  return [...ascii('fLaC'), 0x80, 0, 0, 34, ...sizes, ...bytes, ...Array<number>(16).fill(0)];
}
/** The header of the first frame, of 100 samples at 48 kHz mono, 16 bits, with its CRC-8 (checked against `flac -t`'s table). */
const FRAME = [0xff, 0xf8, 0x6a, 0x08, 0x00, 0x63];
const CRC = crc8(FRAME);

function crc8(bytes: readonly number[]): number {
  return bytes.reduce((crc, byte) => {
    let value = crc ^ byte;
    for (let bit = 0; bit < 8; bit++) value = ((value << 1) ^ (value & 0x80 ? 0x107 : 0)) & 0xff;
    return value;
  }, 0);
}

interface Page {
  readonly type: number;
  readonly granule: number;
  readonly serial: number;
  readonly payload: readonly number[];
}
function page({ type, granule, serial, payload }: Page): number[] {
  return [
    ...ascii('OggS'),
    ...[0, type, ...le(granule, 8), ...le(serial, 4), ...le(0, 8), 1, payload.length],
    ...payload,
  ];
}
const opusHead = [...ascii('OpusHead'), 1, 2, ...le(312, 2), ...le(44_100, 4), 0x00, 0xfa, 0];
const vorbisHead = [...ascii('\x01vorbis'), ...le(0, 4), 1, ...le(22_050, 4), ...le(0, 12), 0xb8, 1];
const stream = (head: readonly number[], last: number) => [
  ...page({ type: 2, granule: 0, serial: 7, payload: head }),
  ...page({ type: 4, granule: last, serial: 7, payload: [1, 2, 3] }),
];
const source = (bytes: readonly number[]) => byteSource(Uint8Array.from(bytes));

describe('readFlacHeader', () => {
  it('reads rate, channels and bits, and believes a length that the last frame reaches', () => {
    const facts = { sampleRate: 48_000, channels: 1, bits: 16 };
    const whole = [...flac(48_000, 1, 16, 100), ...FRAME, CRC, ...Array<number>(20).fill(0)];
    expect(readFlacHeader(source(whole))).toEqual({ ...facts, frames: 100 });
    const other = [...flac(48_000, 1, 16, 99), ...whole.slice(42)];
    expect(readFlacHeader(source(other))).toEqual({ ...facts, frames: null });
    expect(readFlacHeader(source(whole.slice(0, 45)))).toEqual({ ...facts, frames: null });
    expect(readFlacHeader(source(flac(96_000, 8, 24, 0)))).toEqual({
      sampleRate: 96_000,
      channels: 8,
      bits: 24,
      frames: null,
    });
  });

  it('refuses a rate of 0 and what ends early', () => {
    for (const bytes of [flac(0, 1, 16, 1), flac(8000, 1, 16, 1).slice(0, 30)]) {
      expect(() => readFlacHeader(source(bytes))).toThrow(expect.objectContaining({ kind: 'corrupt' }));
    }
  });
});

describe('readOggHeader', () => {
  it('reads Opus with its pre-skip and output gain, and Vorbis', () => {
    expect(readOggHeader(source(stream(opusHead, 48_312)))).toEqual({
      ...{ coding: 'opus', sampleRate: 48_000, channels: 2, bits: null, frames: 48_000 },
      gain: expect.closeTo(10 ** (-6 / 20), 10),
    });
    expect(readOggHeader(source(stream(vorbisHead, 1000)))).toMatchObject({
      ...{ coding: 'vorbis', sampleRate: 22_050, channels: 1, frames: 1000, gain: 1 },
    });
  });

  it('passes over streams that are no audio, and names what it does not know', () => {
    const index = page({ type: 2, granule: 0, serial: 1, payload: ascii('fishead\0') });
    expect(readOggHeader(source([...index, ...stream(vorbisHead, 5)]))).toMatchObject({ frames: 5 });
    expect(() => readOggHeader(source(stream(ascii('Speex   '), 5)))).toThrow(/Speex/);
  });

  it('tells no length where the last page is another stream or cut off', () => {
    const bytes = stream(vorbisHead, 1000);
    const other = page({ type: 4, granule: 9, serial: 8, payload: [1] });
    expect(readOggHeader(source([...bytes, ...other])).frames).toBeNull();
    expect(readOggHeader(source(bytes.slice(0, -1))).frames).toBeNull();
  });
});

describe('readMpegHeader', () => {
  /** MPEG-1 layer III, 128 kbit/s, 44.1 kHz, joint stereo: 417 bytes. */
  const frame = [0xff, 0xfb, 0x90, 0x64, ...Array<number>(413).fill(0)];
  const three = [...frame, ...frame, ...frame];

  it('finds frames behind rubbish, and no single one', () => {
    const facts = { sampleRate: 44_100, channels: 2, frames: null };
    expect(readMpegHeader(source(three))).toEqual(facts);
    expect(readMpegHeader(source([0, 0xff, 0xfb, 0x90, 9, ...three]))).toEqual(facts);
    expect(readMpegHeader(source([...frame, ...Array<number>(500).fill(1)]))).toBeUndefined();
  });

  it('counts by a Xing header, less delay and padding', () => {
    const xing = [...frame];
    xing.splice(36, 16, ...ascii('Info'), 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 4, 227);
    expect(readMpegHeader(source([...xing, ...frame, ...frame]))?.frames).toBe(2 * 1152);
    xing.splice(52, 24, ...ascii('LAME3.100'), ...Array<number>(12).fill(0), 0x24, 0x04, 0x80);
    expect(readMpegHeader(source([...xing, ...frame, ...frame]))?.frames).toBe(2 * 1152 - 576 - 1152);
    expect(readMpegHeader(source([...xing, ...frame]))?.frames).toBeNull();
  });
});

describe('the headers of compressed files', () => {
  it('never fail in another way, whatever the bytes', () => {
    const begin = fc.constantFrom(
      [],
      ascii('fLaC'),
      ascii('OggS'),
      flac(48_000, 2, 16, 5),
      stream(opusHead, 9),
    );
    fc.assert(
      fc.property(begin, fc.uint8Array({ maxLength: 300 }), fc.nat(99), (head, bytes, cut) => {
        for (const read of [readFlacHeader, readOggHeader, readMpegHeader]) {
          try {
            read(source([...head.slice(0, head.length - cut), ...bytes]));
          } catch (cause) {
            expect(['corrupt', 'input']).toContain(asRefoleyError(cause).kind);
          }
        }
      }),
    );
  });
});
