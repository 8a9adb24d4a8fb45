import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWav } from '#core/audio/wav.ts';

/** What decoding a file must come to: samples, an error of a kind, or either of samples and `corrupt` or `input`. */
export type Expected = 'samples' | 'corrupt' | 'input' | 'either';

export interface DamagedSound {
  readonly name: string;
  readonly expected: Expected;
}

const FIXTURES = new URL('../fixtures/', import.meta.url);
const INTACT = ['tone.flac', 'tone.mp3', 'tone.ogg', 'tone.opus', 'tone.aiff', 'tone-sowt.aifc'] as const;
const RATE = 8000;
const TONE = Float32Array.from({ length: 2000 }, (_, n) => 0.5 * Math.sin(n / 9));
/** Offsets in the plain WAV of `writeWav`: `fmt ` at 12, `data` at 36, samples from 44. */
const CHANNELS = 22;
const SAMPLE_RATE = 24;
const BLOCK_ALIGN = 32;
const BITS = 34;
const DATA_SIZE = 40;

/** Intact files by name, one of each format, that damage starts from. */
export function intactSounds(): ReadonlyMap<string, Uint8Array> {
  const files = INTACT.map((name): [string, Uint8Array] => [name, readFileSync(new URL(name, FIXTURES))]);
  return new Map([['tone.wav', wav()], ...files]);
}

/**
 * Writes the corpus of damaged files into a folder: empty, cut off, overwritten, misnamed, lying headers, samples
 * that are no numbers, and what only looks like a file. The same bytes every time.
 */
export function writeDamagedSounds(folder: string): DamagedSound[] {
  mkdirSync(folder, { recursive: true });
  const written: DamagedSound[] = [];
  const write = (name: string, bytes: Uint8Array | string, expected: Expected): void => {
    writeFileSync(join(folder, name), bytes);
    written.push({ name, expected });
  };

  for (const [name, bytes] of intactSounds()) {
    for (const [change, changed, expected] of damage(bytes)) write(`${change} ${name}`, changed, expected);
    write(`misnamed ${name}.${name.endsWith('.wav') ? 'mp3' : 'wav'}`, bytes, 'samples');
    write(`tagged ${name}`, joined(id3(200), bytes), 'samples');
  }
  for (const [name, bytes, expected] of [...lyingWavs(), ...oddSamples(), ...foreigners()]) {
    write(name, bytes, expected);
  }
  mkdirSync(join(folder, 'folder.wav'), { recursive: true });
  written.push({ name: 'folder.wav', expected: 'input' });
  return written;
}

/** Adds a link to itself, which Windows may refuse. */
export function writeLinkLoop(folder: string): string {
  const path = join(folder, 'loop.wav');
  symlinkSync(path, path);
  return path;
}

type Written = readonly [name: string, bytes: Uint8Array | string, expected: Expected];

function* damage(bytes: Uint8Array): Generator<readonly [string, Uint8Array, Expected]> {
  const { length } = bytes;
  for (const size of [1, 3, 4, 8, 11, 12, 20, 27, 36, 44, 58, 100]) {
    yield [`first ${size} bytes of`, bytes.subarray(0, size), 'either'];
  }
  for (const part of [0.25, 0.5, 0.75, 0.95]) {
    yield [`${part * 100} % of`, bytes.subarray(0, Math.floor(length * part)), 'either'];
  }
  yield ['all but one byte of', bytes.subarray(0, -1), 'either'];
  yield ['headless', bytes.subarray(64), 'either'];
  yield ['followed by zeros', joined(bytes, new Uint8Array(20_000)), 'either'];
  yield ['twice', joined(bytes, bytes), 'samples'];
  for (let seed = 1; seed <= 8; seed++) yield [`flipped ${seed}`, flipped(bytes, seed), 'either'];
  const hole = Uint8Array.from(bytes);
  hole.fill(0, length >> 2, length >> 1);
  yield ['with a hole in', hole, 'either'];
}

/** About one byte in 200 changed. */
function flipped(bytes: Uint8Array, seed: number): Uint8Array {
  const next = random(seed);
  const changed = Uint8Array.from(bytes);
  for (let count = Math.ceil(bytes.length / 200); count > 0; count--) {
    changed[next() % bytes.length] = next() & 0xff;
  }
  return changed;
}

function* lyingWavs(): Generator<Written> {
  yield ['empty.wav', '', 'corrupt'];
  yield ['rate 0.wav', patched([SAMPLE_RATE, 4, 0]), 'corrupt'];
  yield ['rate of 4 GHz.wav', patched([SAMPLE_RATE, 4, 0xffff_ffff]), 'corrupt'];
  yield ['no channels.wav', patched([CHANNELS, 2, 0]), 'corrupt'];
  yield ['65535 channels.wav', patched([CHANNELS, 2, 0xffff]), 'corrupt'];
  yield [
    '65535 channels, frames of 65534.wav',
    patched([CHANNELS, 2, 0xffff], [BLOCK_ALIGN, 2, 0xfffe]),
    'corrupt',
  ];
  yield ['65535 channels of 8 bits.wav', manyChannels(0xffff, 40), 'samples'];
  yield ['two channels in frames of one.wav', patched([CHANNELS, 2, 2]), 'corrupt'];
  yield ['one channel in frames of two.wav', patched([BLOCK_ALIGN, 2, 4]), 'corrupt'];
  yield ['no bits.wav', patched([BITS, 2, 0]), 'corrupt'];
  yield ['bits 24 in two bytes.wav', patched([BITS, 2, 24]), 'corrupt'];
  yield ['no length yet.wav', patched([4, 4, 0], [DATA_SIZE, 4, 0]), 'samples'];
  yield ['length of a pipe.wav', patched([4, 4, 0xffff_ffff], [DATA_SIZE, 4, 0xffff_ffff]), 'samples'];
  yield ['longer than it is.wav', patched([DATA_SIZE, 4, 0x7fff_ffff]), 'samples'];
  yield ['zero length.wav', patched([DATA_SIZE, 4, 0]), 'corrupt'];
  yield ['no samples.wav', wav(new Float32Array()), 'corrupt'];
  yield ['fmt of 4 GB.wav', patched([16, 4, 0xffff_fff0]), 'corrupt'];
  yield ['compressed.wav', patched([20, 2, 0x11]), 'input'];
  yield ['big-endian.wav', joined(ascii('RIFX'), wav().subarray(4)), 'input'];
  yield [
    '50000 empty chunks.wav',
    joined(wav().subarray(0, 12), repeated('junk\0\0\0\0', 50_000)),
    'corrupt',
  ];
  yield [
    'chunk of 4 GB.wav',
    joined(wav().subarray(0, 12), ascii('junk\xf0\xff\xff\xff'), wav().subarray(12)),
    'corrupt',
  ];
  yield [
    'rf64 without ds64.wav',
    joined(ascii('RF64\xff\xff\xff\xff'), patched([DATA_SIZE, 4, 0xffff_ffff]).subarray(8)),
    'samples',
  ];
  for (const size of [0n, 2n ** 40n, 2n ** 63n]) yield [`rf64 of ${size} bytes.wav`, rf64(size), 'samples'];
  yield ['rf64 shorter than it is.wav', rf64(100n), 'samples'];
}

function* oddSamples(): Generator<Written> {
  const float = (samples: Float32Array): Uint8Array => {
    // `writeWav` refuses what is not finite: the samples go in behind its back.
    const bytes = writeWav({ sampleRate: RATE, bits: 32, channels: [new Float32Array(samples.length)] });
    bytes.set(new Uint8Array(samples.buffer), bytes.length - samples.byteLength);
    return bytes;
  };
  yield ['all NaN.wav', float(TONE.map(() => NaN)), 'corrupt'];
  yield ['some NaN.wav', float(TONE.map((sample, n) => (n % 50 === 0 ? NaN : sample))), 'samples'];
  yield ['some infinite.wav', float(TONE.map((sample, n) => (n % 50 === 0 ? -Infinity : sample))), 'samples'];
  yield ['other data as float.wav', float(TONE.map((_, n) => (n % 3 === 0 ? 0 : 3e38))), 'corrupt'];
  const long = 'x'.repeat(10_000);
  const metadata = {
    ixml: `<BWFXML><USER><DESCRIPTION>${long}</DESCRIPTION></USER></BWFXML>`,
    info: { ICMT: long },
  };
  yield [
    '10000 characters.wav',
    writeWav({ sampleRate: RATE, bits: 16, channels: [TONE], metadata }),
    'samples',
  ];
}

function* foreigners(): Generator<Written> {
  yield ['picture.wav', joined(ascii('\x89PNG\r\n\x1a\n'), new Uint8Array(500)), 'input'];
  yield ['page.mp3', '<!DOCTYPE html><html>not found</html>', 'input'];
  yield ['archive.wav', joined(ascii('PK\x03\x04'), new Uint8Array(100)), 'input'];
  yield ['song.m4a', joined(ascii('\0\0\0\x20ftypM4A '), new Uint8Array(100)), 'input'];
  yield ['song.aac', joined(Uint8Array.of(0xff, 0xf1, 0x50, 0x80), new Uint8Array(100)), 'input'];
  yield ['song.caf', joined(ascii('caff\0\x01\0\0'), new Uint8Array(100)), 'input'];
  yield ['talk.spx', joined(oggPage(ascii('Speex   1.2')), new Uint8Array(100)), 'input'];
  yield ['words.wav', 'no sound at all, only words '.repeat(20), 'corrupt'];
  yield ['zeros.wav', new Uint8Array(5000), 'corrupt'];
  yield ['ones.mp3', new Uint8Array(5000).fill(0xff), 'corrupt'];
  yield ['tag alone.mp3', id3(300), 'corrupt'];
  const next = random(7);
  yield ['noise.mp3', Uint8Array.from({ length: 200_000 }, () => next() & 0xff), 'either'];
  yield [
    'noise behind a header.flac',
    joined(intactSounds().get('tone.flac')!.subarray(0, 86), noise(50_000)),
    'either',
  ];
}

function wav(samples = TONE): Uint8Array {
  return writeWav({ sampleRate: RATE, bits: 16, channels: [samples] });
}

/** The plain WAV with little-endian numbers put into its header. */
function patched(
  ...changes: readonly (readonly [offset: number, bytes: 2 | 4, value: number])[]
): Uint8Array {
  const bytes = wav();
  const view = new DataView(bytes.buffer);
  for (const [offset, width, value] of changes) {
    if (width === 2) view.setUint16(offset, value, true);
    else view.setUint32(offset, value, true);
  }
  return bytes;
}

function manyChannels(channels: number, frames: number): Uint8Array {
  const size = channels * frames;
  const header = patched(
    [CHANNELS, 2, channels],
    [BLOCK_ALIGN, 2, channels],
    [BITS, 2, 8],
    [DATA_SIZE, 4, size],
  );
  return joined(header.subarray(0, 44), new Uint8Array(size).fill(0xc0));
}

/** An RF64 whose `ds64` says that there are `size` bytes of samples (EBU Tech 3306). */
function rf64(size: bigint): Uint8Array {
  const plain = patched([DATA_SIZE, 4, 0xffff_ffff]);
  const ds64 = new Uint8Array(36);
  ds64.set(ascii('ds64\x1c'));
  new DataView(ds64.buffer).setBigUint64(16, size, true);
  return joined(ascii('RF64\xff\xff\xff\xffWAVE'), ds64, plain.subarray(12));
}

function oggPage(payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(28);
  header.set(ascii('OggS\0\x02'));
  header.set([1, payload.length], 26);
  return joined(header, payload);
}

/** An ID3v2.4 tag with padding only. */
function id3(padding: number): Uint8Array {
  return joined(
    ascii('ID3\x04\0\0\0\0'),
    Uint8Array.of(padding >> 7, padding & 0x7f),
    new Uint8Array(padding),
  );
}

function repeated(text: string, times: number): Uint8Array {
  return ascii(text.repeat(times));
}

function noise(length: number): Uint8Array {
  const next = random(11);
  return Uint8Array.from({ length }, () => next() & 0xff);
}

/** Lehmer's generator (Park and Miller, 1988). */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 0x7fff_ffff);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
