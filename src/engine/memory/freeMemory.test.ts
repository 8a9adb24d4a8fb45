import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freeMemory } from './freeMemory.ts';
import { asMemoryError } from './memoryError.ts';

let groups: string;
beforeEach(async () => {
  groups = await mkdtemp(join(tmpdir(), 'refoley-groups-'));
});
afterEach(() => rm(groups, { recursive: true, force: true }));

describe('freeMemory', () => {
  it('is what is left of the container, files that were read not counted', async () => {
    await writeFile(join(groups, 'memory.max'), '100000000\n');
    await writeFile(join(groups, 'memory.current'), '90000000\n');
    await writeFile(join(groups, 'memory.stat'), 'anon 20000000\nfile 70000000\nfile_mapped 5\n');
    expect(await freeMemory(groups, {})).toBe(80e6);
  });

  it('knows the older way of Linux', async () => {
    await mkdir(join(groups, 'memory'));
    await writeFile(join(groups, 'memory/memory.limit_in_bytes'), '50000000\n');
    await writeFile(join(groups, 'memory/memory.usage_in_bytes'), '45000000\n');
    await writeFile(join(groups, 'memory/memory.stat'), 'cache 1\ntotal_cache 5000000\n');
    expect(await freeMemory(groups, {})).toBe(10e6);
  });

  it('is what the machine has where there is no limit', async () => {
    const machine = await freeMemory(groups, {});
    expect(machine).toBeGreaterThan(100e6);
    for (const file of ['memory.max', 'memory.current', 'memory.stat'])
      await writeFile(join(groups, file), 'max\n');
    expect(await freeMemory(groups, {})).toBeGreaterThan(100e6);
  });

  it('is what the user leaves to it', async () => {
    expect(await freeMemory(groups, { REFOLEY_MEMORY_MB: '1' })).toBe(0);
    const rss = process.memoryUsage.rss() / 1e6;
    const left = await freeMemory(groups, { REFOLEY_MEMORY_MB: String(rss + 50) });
    expect(left).toBeLessThan(60e6);
    expect(left).toBeGreaterThan(10e6);
  });
});

describe('asMemoryError', () => {
  it.each([
    'std::bad_alloc',
    'Failed to allocate memory for requested buffer of size 7077888000',
    'CUDA failure 2: out of memory ; GPU=0',
    '8007000E Not enough memory resources are available to complete this operation. E_OUTOFMEMORY',
    'vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY',
  ])('knows "%s"', (message) => {
    expect(asMemoryError(new Error(message), 'the unet')).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('not enough memory for the unet'),
    });
  });

  it('leaves others alone', () => {
    expect(asMemoryError(new Error('Invalid rank for input: sample'), 'the unet')).toBeUndefined();
  });
});
