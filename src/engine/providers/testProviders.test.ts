import { afterEach, describe, expect, it, vi } from 'vitest';
import { testManifest } from '#core/pipeline/testPack.ts';
import { createFakeDrivers, type Driver } from './testing/fakeDrivers.ts';
import { testProviders } from './testProviders.ts';

const pack = { folder: '/pack', manifest: testManifest, sha256: 'x' };
const answer = (milliseconds: number, off = 0) => ({
  milliseconds,
  outputs: { y: Float32Array.of(1 + off, 2, 3) },
});
const trial = (driver: Driver) => {
  const drivers = createFakeDrivers(driver);
  return {
    ...drivers,
    test: (signal?: AbortSignal) => testProviders(drivers.createPort, pack, ['cuda', 'cpu'], { signal }),
  };
};
const ofCuda =
  (driver: Driver): Driver =>
  (asked) =>
    asked.provider === 'cpu' ? answer(50) : driver(asked);

afterEach(() => vi.useRealTimers());

describe('testProviders', () => {
  it('holds each part against the CPU, at two sizes, and times the larger', async () => {
    const sizes = new Map<string, number[]>();
    const { test } = trial(
      ofCuda(({ part, sizes: { frames = 0 } }) => {
        sizes.set(part, [...(sizes.get(part) ?? []), frames]);
        return answer(frames, 1e-3);
      }),
    );
    const { parts } = await test();
    expect(parts.map(({ provider, part }) => `${provider} ${part}`)).toEqual([
      ...['cpu unet', 'cuda unet', 'cpu vaeDecoder', 'cuda vaeDecoder', 'cpu vocoder', 'cuda vocoder'],
    ]);
    for (const [small = 0, usual = 0] of sizes.values()) expect(usual).toBeGreaterThan(small);
    const [, cuda] = parts;
    expect(cuda).toMatchObject({ milliseconds: sizes.get('unet')?.[1], problem: null });
    expect(cuda?.difference).toBeCloseTo(1e-3 / Math.sqrt(14), 6);
  });

  it.each([
    ['refuses', 'no adapter', 'no adapter'],
    ['dies', 'dies', 'signal SIGSEGV'],
  ])('says why where a driver %s, and goes on', async (_, does, reason) => {
    const { test, count } = trial(ofCuda(({ part }) => (part === 'unet' ? does : answer(5))));
    const { parts } = await test();
    const cuda = parts.filter(({ provider }) => provider === 'cuda');
    expect(cuda[0]?.problem).toContain(reason);
    expect(cuda[0]).toMatchObject({ milliseconds: null, difference: null });
    expect(cuda.slice(1).map(({ problem }) => problem)).toEqual([null, null]);
    expect(count().started).toBe(6);
  });

  it('says by how much the numbers are wrong, although the process is well', async () => {
    const { test } = trial(ofCuda(() => answer(1, 0.5)));
    const { parts } = await test();
    expect(parts[1]?.problem).toContain('13.4 % off');
    expect(parts[1]?.milliseconds).toBeNull();
  });

  it('finds out what is wrong at the usual size only', async () => {
    const { test } = trial(ofCuda(({ sizes: { frames = 0 } }) => answer(1, frames > 8 ? NaN : 0)));
    const { parts } = await test();
    expect(parts[1]?.problem).toContain('no numbers at all');
  });

  it('ends a driver that hangs', async () => {
    vi.useFakeTimers();
    const { test, count } = trial(ofCuda(({ part }) => (part === 'vocoder' ? 'hangs' : answer(5))));
    const testing = test();
    await vi.runAllTimersAsync();
    const { parts } = await testing;
    expect(parts.at(-1)?.problem).toContain('did not answer within 60 s');
    expect(count()).toEqual({ started: 6, ended: 6 });
  });

  it('ends at once when the user gives it up, in the middle of a run', async () => {
    const controller = new AbortController();
    const { test, count } = trial(
      ofCuda(() => {
        queueMicrotask(() => controller.abort());
        return 'hangs';
      }),
    );
    await expect(test(controller.signal)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(count()).toEqual({ started: 2, ended: 2 });
  });

  it('fails where the CPU does: there is nothing to hold the others against', async () => {
    const { test } = trial(() => 'unet.onnx of pack is damaged');
    await expect(test()).rejects.toMatchObject({ message: 'unet.onnx of pack is damaged' });
  });
});
