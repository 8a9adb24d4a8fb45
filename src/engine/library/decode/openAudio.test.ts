import { execFileSync } from 'node:child_process';
import { appendFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeWav } from '#core/audio/wav.ts';
import { asRefoleyError } from '#core/errors.ts';
import { hashFile } from '../../files/hashFile.ts';
import { intactSounds, writeDamagedSounds, writeLinkLoop } from '../testing/damagedSounds.ts';
import type { DamagedSound } from '../testing/damagedSounds.ts';
import { temporaryFolder } from '../testing/fakeLibrary.ts';
import { openAudio } from './openAudio.ts';

// Hundreds of files, each with its own decoder, on a machine that may be busy.
vi.setConfig({ testTimeout: 600_000 });
const folder = temporaryFolder();
const damaged = join(folder.path, 'damaged');
let sounds: readonly DamagedSound[];
beforeAll(() => {
  sounds = writeDamagedSounds(damaged);
});
afterAll(() => {
  folder.remove();
});
const posix = process.platform !== 'win32';

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder.path, name);
  writeFileSync(path, bytes);
  return path;
}

/** All samples of a file, the longest block in samples of all channels, and the notes. */
async function readAll(path: string, from = 0) {
  const stream = await openAudio(path);
  try {
    const channels = Array.from({ length: stream.channels }, () => [] as number[]);
    const blocks: number[] = [];
    for await (const block of stream.blocks(from)) {
      block.forEach((samples, index) => channels[index]?.push(...samples));
      blocks.push(block.length * (block[0]?.length ?? 0));
    }
    return { channels, blocks, notes: stream.notes, facts: stream };
  } finally {
    await stream.close();
  }
}

/** `samples`, or the kind of the error. */
async function outcome(path: string): Promise<string> {
  try {
    const { channels } = await readAll(path);
    expect(channels.flat().every(Number.isFinite)).toBe(true);
    return 'samples';
  } catch (cause) {
    return asRefoleyError(cause).kind;
  }
}

function ramp(frames: number, sampleRate: number): Uint8Array {
  const left = Float32Array.from({ length: frames }, (_, n) => n / 65_536);
  return writeWav({ sampleRate, channels: [left, left.map((sample) => -sample)], bits: 32 });
}

describe('openAudio', () => {
  it('gives a WAV a second at a time, from any frame on', async () => {
    const path = write('ramp.wav', ramp(3500, 1000));
    const { facts, blocks, channels } = await readAll(path);
    expect(facts).toMatchObject({ coding: 'wav', sampleRate: 1000, channels: 2, bits: 32, frames: 3500 });
    expect(blocks).toEqual([2000, 2000, 2000, 1000]);
    expect(channels[1]?.at(-1)).toBe(-3499 / 65_536);
    expect((await readAll(path, 3499)).channels).toEqual([[3499 / 65_536], [-3499 / 65_536]]);
  });

  it('gives the samples of each format, with as many frames as its header says', async () => {
    for (const [name, bytes] of intactSounds()) {
      const path = write(name, bytes);
      const { facts, channels } = await readAll(path);
      expect([name, channels[0]?.length]).toEqual([name, facts.frames]);
      expect((await readAll(path, 500)).channels[0]).toEqual(channels[0]?.slice(500));
    }
  });

  it('gives the integers of a FLAC as a WAV of them would have them', async () => {
    const { channels } = await readAll(
      write('exact.flac', intactSounds().get('tone.flac') ?? new Uint8Array()),
    );
    const samples = channels[0] ?? [];
    expect(Math.min(...samples)).toBeLessThan(0);
    expect(Math.max(...samples)).toBeGreaterThan(0);
    expect(samples.filter((sample) => !Number.isInteger(sample * 0x8000))).toEqual([]);
  });

  it('hashes while it reads, wherever it began', async () => {
    for (const [name, bytes] of intactSounds()) {
      const path = write(name, bytes);
      for (const from of [0, 700]) {
        const stream = await openAudio(path, { hash: true });
        for await (const block of stream.blocks(from)) expect(block.length).toBe(1);
        expect(await stream.sha256()).toBe(await hashFile(path));
        await stream.close();
      }
    }
  });

  it('keeps blocks small, however many channels a header declares', async () => {
    const { blocks } = await readAll(join(damaged, '65535 channels of 8 bits.wav'));
    expect(blocks).toEqual([16, 16, 8].map((frames) => frames * 65_535));
  });

  it('tells of samples that are no numbers, and of a file that breaks off', async () => {
    const notes = async (name: string) => (await readAll(join(damaged, name))).notes;
    expect(await notes('some NaN.wav')).toEqual(['40 samples that are not numbers were read as silence']);
    expect(await notes('longer than it is.wav')).toEqual([expect.stringMatching(/breaks off.*holds 0\.3 s/)]);
    expect(await notes('no length yet.wav')).toEqual([]);
  });

  it('refuses a file that shrinks or grows while it is read', async () => {
    for (const change of [
      (path: string) => truncateSync(path, 5000),
      (path: string) => appendFileSync(path, 'x'),
    ]) {
      const path = write('changing.wav', ramp(3500, 1000));
      const stream = await openAudio(path);
      const blocks = stream.blocks();
      await blocks.next();
      change(path);
      const rest = async () => {
        for await (const block of blocks) expect(block).toHaveLength(2);
      };
      await expect(rest()).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining('changed'),
      });
      await stream.close();
    }
  });

  it.runIf(posix)('ends where a name leads nowhere', async () => {
    expect(await outcome(writeLinkLoop(folder.path))).toBe('unavailable');
    symlinkSync(join(folder.path, 'nothing'), join(folder.path, 'dangling.wav'));
    expect(await outcome(join(folder.path, 'dangling.wav'))).toBe('not-found');
    execFileSync('mkfifo', [join(folder.path, 'pipe.wav')]);
    expect(await outcome(join(folder.path, 'pipe.wav'))).toBe('input');
    expect(await outcome(join(folder.path, 'x'.repeat(10_000)))).toBe('unavailable');
  });

  it('gives samples or a reason for every damaged file, in bounded memory', async () => {
    const before = process.memoryUsage().rss;
    const wrong: string[] = [];
    for (const { name, expected } of sounds) {
      const result = await outcome(join(damaged, name));
      const allowed = expected === 'either' ? ['samples', 'corrupt', 'input'] : [expected];
      if (!allowed.includes(result)) wrong.push(`${name}: ${result}, expected ${expected}`);
    }
    expect(wrong).toEqual([]);
    expect(sounds.length).toBeGreaterThan(200);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
  });

  it.each([...intactSounds()])('gives samples or a reason for any change of %s', async (name, whole) => {
    const edit = fc.oneof(
      fc.record({ at: fc.nat(whole.length - 1), cut: fc.nat(64), put: fc.uint8Array({ maxLength: 64 }) }),
      // Headers are where it hurts.
      fc.record({ at: fc.nat(80), cut: fc.constant(1), put: fc.uint8Array({ minLength: 1, maxLength: 1 }) }),
      fc.record({
        at: fc.nat(whole.length - 1),
        cut: fc.constant(whole.length),
        put: fc.constant(new Uint8Array()),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        let bytes: Uint8Array = whole;
        for (const { at, cut, put } of edits) {
          bytes = new Uint8Array(Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]));
        }
        expect(['samples', 'corrupt', 'input']).toContain(await outcome(write(`changed ${name}`, bytes)));
      }),
      { numRuns: 40 },
    );
  });
});
