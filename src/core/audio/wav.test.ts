import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { triangularDither } from './dither.ts';
import { byteSource, walkRiff } from './riff.ts';
import { readWav, readWavChunk, wavInfo, writeWav } from './wav.ts';

const bitDepths = fc.constantFrom(16 as const, 24 as const, 32 as const);

/** A WAV with any `fmt ` chunk and any data, as foreign tools write it. */
function foreignWav(fmt: readonly number[], data: Uint8Array): Uint8Array {
  const template = writeWav({ sampleRate: 8000, bits: 16, channels: [new Float32Array(0)] });
  const bytes = new Uint8Array(20 + fmt.length + 8 + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set(template.subarray(0, 16));
  view.setUint32(16, fmt.length, true);
  bytes.set(fmt, 20);
  bytes.set([0x64, 0x61, 0x74, 0x61], 20 + fmt.length);
  view.setUint32(24 + fmt.length, data.length, true);
  bytes.set(data, 28 + fmt.length);
  return bytes;
}

/** `fmt ` of 44100 Hz mono. */
function monoFormat(tag: number, bits: number, extension: readonly number[] = []): number[] {
  const rate = [0x44, 0xac, 0, 0];
  return [tag & 0xff, tag >> 8, 1, 0, ...rate, ...rate, Math.ceil(bits / 8), 0, bits, 0, ...extension];
}

describe('writeWav and readWav', () => {
  it('round-trip any samples, bits and channel count to within half a step', () => {
    const samples = fc.float32Array({ min: -1, max: 1, noNaN: true, minLength: 7, maxLength: 7 });
    const channels = fc.array(samples, { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(channels, bitDepths, fc.integer({ min: 1, max: 384_000 }), (written, bits, sampleRate) => {
        const wav = readWav(writeWav({ sampleRate, bits, channels: written }));
        expect(wav.sampleRate).toBe(sampleRate);
        expect(wav.bits).toBe(bits);
        expect(wav.format).toBe(bits === 32 ? 'float' : 'pcm');
        expect(wav.channels.length).toBe(written.length);
        const step = bits === 32 ? 0 : 2 ** (1 - bits);
        for (const [channel, expected] of written.entries()) {
          for (const [frame, value] of expected.entries()) {
            const limited = bits === 32 ? value : Math.min(value, 1 - step);
            expect(Math.abs((wav.channels[channel]?.[frame] ?? NaN) - limited)).toBeLessThanOrEqual(step / 2);
          }
        }
      }),
    );
  });

  it('refuse to load more of a chunk than is asked for, whatever its header claims', () => {
    const bytes = writeWav({
      sampleRate: 8000,
      bits: 16,
      channels: [new Float32Array(4)],
      metadata: { ixml: 'x' },
    });
    const at = bytes.findIndex(
      (_, index) => String.fromCharCode(...bytes.subarray(index, index + 4)) === 'iXML',
    );
    new DataView(bytes.buffer).setUint32(at + 4, 3e9, true);
    const source = {
      size: 4e9,
      read: (offset: number, length: number) => {
        expect(length).toBeLessThan(1000);
        return bytes.subarray(offset, offset + length);
      },
    };
    expect(() => readWavChunk(source, 'iXML', 1000)).toThrow(
      expect.objectContaining({ kind: 'corrupt', message: expect.stringContaining('3000 MB') }) as Error,
    );
    expect(readWavChunk(bytes, 'iXML', 1000)).toHaveLength(bytes.length - at - 8);
  });

  it('write again exactly what was read', () => {
    const data = fc.uint8Array({ minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(data, fc.constantFrom(16 as const, 24 as const), (payload, bits) => {
        const foreign = foreignWav(monoFormat(1, bits), payload);
        const { channels, sampleRate } = readWav(foreign);
        expect(readWavChunk(writeWav({ sampleRate, bits, channels }), 'data')).toEqual(payload);
      }),
    );
  });

  it('clamp to full scale, round to nearest, and leave float alone', () => {
    const channels = [Float32Array.of(1.5, 1, -1, -7, 1.4 / 32_768, 1.6 / 32_768, -1.6 / 32_768)];
    const data = readWavChunk(writeWav({ sampleRate: 48_000, bits: 16, channels }), 'data');
    const stored = new Int16Array(data?.slice().buffer ?? new ArrayBuffer(0));
    expect([...stored]).toEqual([32_767, 32_767, -32_768, -32_768, 1, 2, -2]);
    const float = readWav(writeWav({ sampleRate: 48_000, bits: 32, channels }));
    expect(float.channels).toEqual(channels);
  });

  it('put bext first and data last, fact only into float', () => {
    const metadata = { bext: { description: 'gate' }, ixml: '<BWFXML/>', info: { INAM: 'gate' } };
    const ids = (bits: 16 | 24 | 32): string[] => {
      const bytes = writeWav({ sampleRate: 48_000, bits, channels: [Float32Array.of(0, 1, 0)], metadata });
      expect(new DataView(bytes.buffer).getUint32(4, true)).toBe(bytes.length - 8);
      return [...walkRiff(byteSource(bytes))].map(({ id }) => id);
    };
    expect(ids(24)).toEqual(['bext', 'fmt ', 'iXML', 'LIST', 'data']);
    expect(ids(32)).toEqual(['bext', 'fmt ', 'fact', 'iXML', 'LIST', 'data']);
  });

  it('write WAVE_FORMAT_EXTENSIBLE from three channels on', () => {
    const format = (count: number): number => {
      const channels = Array.from({ length: count }, () => new Float32Array(4));
      const fmt = readWavChunk(writeWav({ sampleRate: 48_000, bits: 24, channels }), 'fmt ');
      return (fmt?.[0] ?? 0) + 256 * (fmt?.[1] ?? 0);
    };
    expect([1, 2, 3, 6].map(format)).toEqual([1, 1, 0xfffe, 0xfffe]);
  });

  it('refuse what no WAV can hold', () => {
    const channels = [new Float32Array(2), new Float32Array(3)];
    expect(() => writeWav({ sampleRate: 48_000, bits: 24, channels })).toThrow(/one length/);
    expect(() => writeWav({ sampleRate: 48_000, bits: 24, channels: [] })).toThrow(/at least one channel/);
    expect(() => writeWav({ sampleRate: 0.5, bits: 24, channels: [new Float32Array(2)] })).toThrow(
      /samples per second/,
    );
    expect(() => writeWav({ sampleRate: 8000, bits: 24, channels: [Float32Array.of(0, NaN)] })).toThrow(
      /sample 1 of channel 1 is NaN/,
    );
  });
});

describe('readWav', () => {
  it('reads 8-bit unsigned, 32-bit integers and 64-bit floats', () => {
    const eight = readWav(foreignWav(monoFormat(1, 8), Uint8Array.of(0, 128, 192)));
    expect([...(eight.channels[0] ?? [])]).toEqual([-1, 0, 0.5]);
    const integers = new Uint8Array(Int32Array.of(-0x8000_0000, 0x4000_0000).buffer);
    expect([...(readWav(foreignWav(monoFormat(1, 32), integers)).channels[0] ?? [])]).toEqual([-1, 0.5]);
    const doubles = new Uint8Array(Float64Array.of(0.25, -3).buffer);
    expect([...(readWav(foreignWav(monoFormat(3, 64), doubles)).channels[0] ?? [])]).toEqual([0.25, -3]);
  });

  it('reads 20 bits in a container of 24 through WAVE_FORMAT_EXTENSIBLE', () => {
    const extension = [22, 0, 20, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113];
    const wav = readWav(foreignWav(monoFormat(0xfffe, 24, extension), Uint8Array.of(0, 0, 0x40)));
    expect(wav.bits).toBe(20);
    expect([...(wav.channels[0] ?? [])]).toEqual([0.5]);
  });

  it('reads A-law and mu-law of ITU-T G.711', () => {
    const read = (tag: number) => readWav(foreignWav(monoFormat(tag, 8), Uint8Array.of(0xaa, 0x2a, 0xff)));
    expect([read(6).format, read(7).format]).toEqual(['alaw', 'mulaw']);
    expect([...(read(6).channels[0] ?? [])].map((sample) => sample * 0x8000)).toEqual([32_256, -32_256, 848]);
    expect([...(read(7).channels[0] ?? [])].map((sample) => sample * 0x8000)).toEqual([5372, -5372, 0]);
  });

  it('says which format it cannot read', () => {
    expect(() => readWav(foreignWav(monoFormat(0x11, 4), new Uint8Array(8)))).toThrow(
      /compressed \(format 0x0011, IMA ADPCM\)/,
    );
    expect(() => readWav(foreignWav(monoFormat(1, 0), new Uint8Array(8)))).toThrow(/damaged header/);
    expect(() => readWav(foreignWav(monoFormat(1, 16).slice(0, 10), new Uint8Array(8)))).toThrow(/too short/);
  });

  it('gives the samples that a truncated file still has', () => {
    const bytes = writeWav({ sampleRate: 8000, bits: 16, channels: [new Float32Array(100).fill(0.5)] });
    expect(readWav(bytes.subarray(0, bytes.length - 101)).channels[0]?.length).toBe(49);
  });
});

describe('wavInfo', () => {
  const bytes = writeWav({
    sampleRate: 44_100,
    bits: 24,
    channels: [new Float32Array(441), new Float32Array(441)],
  });

  it('tells the facts from the first part of a file', () => {
    const expected = { sampleRate: 44_100, channels: 2, bits: 24, format: 'pcm', frames: 441, seconds: 0.01 };
    expect(wavInfo(bytes)).toEqual(expected);
    expect(wavInfo(bytes.subarray(0, 44))).toEqual(expected);
  });

  it('counts the frames that a file of known length has', () => {
    expect(wavInfo(byteSource(bytes.subarray(0, 44), 44 + 60)).frames).toBe(10);
  });

  it('says what is missing', () => {
    expect(() => wavInfo(bytes.subarray(0, 36))).toThrow(/no "data" chunk/);
  });
});

describe('triangularDither', () => {
  it('repeats with its seed, stays within one step, and is triangular', () => {
    const noise = Array.from({ length: 20_000 }, triangularDither(7));
    expect(Array.from({ length: 20_000 }, triangularDither(7))).toEqual(noise);
    expect(Array.from({ length: 3 }, triangularDither(8))).not.toEqual(noise.slice(0, 3));
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const variance = noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length;
    expect(Math.max(...noise.map(Math.abs))).toBeLessThan(1);
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(variance).toBeCloseTo(1 / 6, 2);
  });

  it('keeps a tone below the last bit alive at 16 bits', () => {
    const quiet = new Float32Array(20_000).fill(0.3 / 32_768);
    const write = (dither?: () => number): number => {
      const wav = readWav(
        writeWav({ sampleRate: 48_000, bits: 16, channels: [quiet], ...(dither && { dither }) }),
      );
      return [...(wav.channels[0] ?? [])].reduce((sum, value) => sum + value, 0) / quiet.length;
    };
    expect(write()).toBe(0);
    expect(write(triangularDither(1)) * 32_768).toBeCloseTo(0.3, 1);
  });
});
