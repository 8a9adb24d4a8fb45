import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterId3, hasMpegFrame, mp3Length } from './mp3Length.ts';
import { mp4Channels } from './mp4Channels.ts';
import { oggLength } from './oggLength.ts';
import { byteSource } from './riff.ts';

const ascii = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));
const u32 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
const le = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, index) => Math.floor(value / 2 ** (8 * index)) & 0xff);
const box = (name: string, ...content: readonly number[][]) => {
  const inner = content.flat();
  return [...u32(8 + inner.length), ...ascii(name), ...inner];
};

/** A first frame of MPEG 1, layer III, 44.1 kHz, stereo, with what stands after its side information. */
function mp3(counts: readonly number[], size: number, id3 = 0): Uint8Array {
  const tag =
    id3 > 0 ? [...ascii('ID3'), 4, 0, 0, 0, 0, id3 >> 7, id3 & 0x7f, ...Array<number>(id3).fill(0)] : [];
  const bytes = new Uint8Array(tag.length + size);
  bytes.set([...tag, 0xff, 0xfb, 0x90, 0x00, ...Array<number>(32).fill(0), ...counts]);
  return bytes;
}

describe('mp3Length', () => {
  const xing = (frames: number, bytes: number) => [
    ...ascii('Xing'),
    ...u32(3),
    ...u32(frames),
    ...u32(bytes),
  ];

  it('counts frames, behind a tag too', () => {
    expect(mp3Length(byteSource(mp3(xing(100, 500), 500)))).toEqual({
      seconds: 115_200 / 44_100,
      estimated: false,
    });
    expect(mp3Length(byteSource(mp3(xing(100, 500), 500, 300)))?.seconds).toBe(115_200 / 44_100);
  });

  it('takes off what the encoder has added', () => {
    // 576 samples before, 1248 after.
    const lame = [...ascii('LAME3.100'), ...Array<number>(12).fill(0), 0x24, 0x04, 0xe0];
    const length = mp3Length(byteSource(mp3([...xing(100, 500), ...lame], 500)));
    expect(length?.seconds).toBeCloseTo((115_200 - 576 - 1248) / 44_100, 9);
  });

  it('reads the header of Fraunhofer’s encoder', () => {
    const vbri = [...ascii('VBRI'), 0, 1, 0, 0, 0, 75, ...u32(500), ...u32(100)];
    expect(mp3Length(byteSource(mp3(vbri, 500)))?.seconds).toBe(115_200 / 44_100);
  });

  it('scales the length of a file that is cut short', () => {
    const { seconds, estimated } = mp3Length(byteSource(mp3(xing(100, 1000), 500))) ?? {};
    expect({ seconds, estimated }).toEqual({ seconds: 57_600 / 44_100, estimated: true });
  });

  it('says nothing of frames without a count', () => {
    expect(mp3Length(byteSource(mp3([], 500)))).toBeUndefined();
    expect(hasMpegFrame(byteSource(mp3([], 500, 300)))).toBe(true);
    expect(hasMpegFrame(byteSource(mp3([], 500, 300).fill(0, 310)))).toBe(false);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(500), (counts, size) => {
        const length = mp3Length(byteSource(mp3([...ascii('Info'), ...counts], 600).subarray(0, 100 + size)));
        if (length) expect(length.seconds).toBeGreaterThanOrEqual(0);
        expect(afterId3(byteSource(counts))).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('oggLength', () => {
  const page = (stream: number, position: number, payload: readonly number[]) => [
    ...ascii('OggS'),
    ...[0, 0],
    ...(position < 0 ? Array<number>(8).fill(0xff) : le(position, 8)),
    ...le(stream, 4),
    ...Array<number>(8).fill(0),
    ...[1, payload.length, ...payload],
  ];
  const vorbis = [1, ...ascii('vorbis'), ...le(0, 4), 2, ...le(44_100, 4), ...Array<number>(14).fill(0)];
  const opus = [
    ...ascii('OpusHead'),
    1,
    2,
    ...le(312, 2),
    ...le(44_100, 4),
    0,
    0,
    0,
    ...Array<number>(20).fill(0),
  ];
  const length = (...pages: readonly number[][]) => oggLength(byteSource(Uint8Array.from(pages.flat())));

  it('is the last position by the rate', () => {
    expect(length(page(7, 0, vorbis), page(7, 22_050, [1, 2]), page(7, 88_200, [3]))).toBe(2);
    expect(length(page(7, 0, vorbis), page(7, 88_200, [3]), page(7, -1, [4]))).toBe(2);
  });

  it('leaves out what Opus skips, and counts at 48 kHz whatever was encoded', () => {
    expect(length(page(7, 0, opus), page(7, 48_312, [3]))).toBe(1);
  });

  it('is not known of several streams in a row, or another codec', () => {
    expect(length(page(7, 0, vorbis), page(7, 88_200, [3]), page(8, 100, [3]))).toBeNull();
    expect(length(page(7, 0, ascii('Speex   ').concat(Array<number>(40).fill(0))))).toBeNull();
    expect(length([])).toBeNull();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 3 }),
        fc.boolean(),
        (parts, isOpus) => {
          const seconds = length(
            page(1, 0, isOpus ? opus : vorbis),
            ...parts.map((part) => [...ascii('OggS'), ...part]),
          );
          if (seconds !== null) expect(seconds).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

describe('mp4Channels', () => {
  const aac = (config: readonly number[]) => {
    const decoder = [4, 0x80, 0x80, 0x80, 20, ...Array<number>(13).fill(0), 5, config.length, ...config];
    const esds = box('esds', [0, 0, 0, 0, 3, 0x80, 0x80, 0x80, 30, 0, 0, 0, ...decoder]);
    const stsd = box('stsd', [0, 0, 0, 0, 0, 0, 0, 1], box('mp4a', Array<number>(28).fill(0), esds));
    const video = box('trak', box('mdia', box('minf', box('stbl', box('stsd', Array<number>(8).fill(0))))));
    return box('moov', video, box('trak', box('mdia', box('minf', box('stbl', stsd)))));
  };
  const channels = (bytes: readonly number[]) => mp4Channels(byteSource(Uint8Array.from(bytes)));

  it('reads the configuration, in whichever track and place', () => {
    // AAC LC, 44.1 kHz: 00010 0100 0001 and 00010 0100 0111.
    expect(channels([...box('mdat', [1, 2, 3]), ...aac([0x12, 0x08])])).toBe(1);
    expect(channels(aac([0x12, 0x38]))).toBe(8);
    expect(channels(aac([0x12, 0x00]))).toBeUndefined();
  });

  it('never throws', () => {
    const whole = aac([0x12, 0x08]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }), (edits) => {
        const bytes = [...whole];
        for (const [at, value] of edits) bytes[at] = value;
        const count = channels(bytes);
        if (count !== undefined) expect(count).toBeGreaterThan(0);
      }),
    );
  });
});
