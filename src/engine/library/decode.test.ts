import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { writeWav } from '#core/audio/wav.ts';
import { decodeFile } from './decode.ts';
import { temporaryFolder } from './testing/fakeLibrary.ts';

const folder = temporaryFolder();
afterAll(() => {
  folder.remove();
});
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** 0.25 s of 440 Hz. */
const codings: [string, number | null][] = [
  ['tone.flac', 16],
  ['tone.mp3', null],
  ['tone.ogg', null],
  ['tone.opus', null],
  ['tone.aiff', 16],
  ['tone-sowt.aifc', 16],
];

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder.path, name);
  writeFileSync(path, bytes);
  return path;
}

function crossingsPerSecond(samples: Float32Array, sampleRate: number): number {
  const crossings = samples.filter((sample, n) => n > 0 && sample >= 0 && (samples[n - 1] ?? 0) < 0).length;
  return (crossings * sampleRate) / samples.length;
}

// Every changed file gets a decoder of its own, on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 });

describe('decodeFile', () => {
  it.each(codings)('decodes %s, whatever its name', async (name, bits) => {
    const decoded = await decodeFile(write(`${name}.wav`, readFileSync(fixture(name))));
    expect(decoded).toMatchObject({ sampleRate: 48000, bits });
    expect(decoded.channels).toHaveLength(1);
    expect(decoded.seconds).toBeCloseTo(0.25, 1);
    expect(crossingsPerSecond(decoded.channels[0] ?? new Float32Array(), 48000)).toBeCloseTo(440, -2);
  });

  it('hears the few bytes of a FLAC that ends in silence', async () => {
    const { channels } = await decodeFile(fixture('silent-end.flac'));
    expect(channels[0]?.length).toBe(Math.round(0.24 * 44_100));
  });

  it.each(codings)('cuts a region out of %s', async (name) => {
    const whole = await decodeFile(fixture(name));
    const part = await decodeFile(fixture(name), { start: 0.1, end: 0.2 }, 0.05);
    expect(part.seconds).toBeCloseTo(0.1, 6);
    expect(part.channels[0]).toEqual(whole.channels[0]?.slice(4800, 7200));
  });

  it('reads a region of a stereo WAV', async () => {
    const left = Float32Array.from({ length: 1000 }, (_, n) => n / 2048);
    const right = left.map((sample) => -sample);
    const path = write('ramp.wav', writeWav({ sampleRate: 1000, channels: [left, right], bits: 32 }));
    const { channels, seconds, bits } = await decodeFile(path, { start: 0.25, end: null }, 0.5);
    expect({ seconds, bits }).toEqual({ seconds: 0.75, bits: 32 });
    expect(channels).toEqual([left.slice(250, 750), right.slice(250, 750)]);
  });

  it.each([
    ['nothing', new Uint8Array(), 'corrupt'],
    [
      'text',
      new TextEncoder().encode('no audio at all, but long enough to be looked at by anybody who wants'),
      'corrupt',
    ],
    ['half an AIFF', new TextEncoder().encode('FORM....AIFFCOMM'), 'corrupt'],
    [
      'a WAV without samples',
      writeWav({ sampleRate: 8000, channels: [new Float32Array()], bits: 16 }),
      'corrupt',
    ],
    ['half a header', readFileSync(fixture('tone.flac')).subarray(0, 30), 'corrupt'],
    ['noise behind an MP3 header', noise(), 'corrupt'],
  ])('refuses %s', async (name, bytes, kind) => {
    await expect(decodeFile(write(name, bytes))).rejects.toMatchObject({ kind });
  });

  it.each(codings)('survives %s with any byte changed', async (name) => {
    const bytes = readFileSync(fixture(name));
    for (let at = 5; at < bytes.length; at += Math.ceil(bytes.length / 12)) {
      const path = write(
        'changed',
        Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 0xff : byte)),
      );
      const result = await decodeFile(path).catch((error: unknown) => error);
      expect(result).toSatisfy(
        (value) => (value as { kind?: string }).kind === 'corrupt' || 'channels' in (value as object),
      );
    }
  });

  it('tells of a file that is not there', async () => {
    await expect(decodeFile(join(folder.path, 'gone.wav'))).rejects.toMatchObject({ kind: 'not-found' });
  });
});

function noise(): Uint8Array {
  let state = 1;
  const bytes = Uint8Array.from({ length: 20_000 }, () => (state = (state * 48_271) % 0x7fff_ffff) & 0xff);
  bytes.set([0xff, 0xfb, 0x90, 0x64]);
  return bytes;
}
