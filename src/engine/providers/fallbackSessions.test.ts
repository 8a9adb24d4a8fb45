import { describe, expect, it } from 'vitest';
import { float32 } from '#core/pipeline/tensors.ts';
import type { Sessions } from '../onnx/sessions.ts';
import { createFallbackSessions } from './fallbackSessions.ts';

/** Doubles its input, and notes what it was asked. */
function createSessions(run: (x: Float32Array) => Float32Array = (x) => x.map((value) => 2 * value)) {
  const asked: string[] = [];
  const sessions: Sessions = {
    inputs: () => Promise.resolve([]),
    run: (part, { x }) =>
      new Promise((resolve) => {
        asked.push(part);
        resolve({ y: float32([2], run(x?.type === 'float32' ? x.data : new Float32Array())) });
      }),
    prepare(parts) {
      for (const part of parts) asked.push(`prepare ${part}`);
      return Promise.resolve();
    },
    creationTime: () => 1,
    release(parts) {
      for (const part of parts) asked.push(`release ${part}`);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  return { sessions, asked };
}
const inputs = { x: float32([2], Float32Array.of(1, 2)) };
const doubled = { y: float32([2], Float32Array.of(2, 4)) };

describe('createFallbackSessions', () => {
  it('runs what was chosen on the device, and the rest on the CPU', async () => {
    const [device, cpu] = [createSessions(), createSessions()];
    const sessions = createFallbackSessions({ unet: 'cuda' }, device.sessions, cpu.sessions);
    await sessions.prepare(['unet', 'clapText']);
    expect(await sessions.run('unet', inputs)).toEqual(doubled);
    expect(await sessions.run('vocoder', inputs)).toEqual(doubled);
    expect(device.asked).toEqual(['prepare unet', 'unet']);
    expect(cpu.asked).toEqual(['prepare clapText', 'vocoder']);
    expect(sessions.fallBacks).toEqual([]);
  });

  it('gives the CPU what the device failed with, and all that comes after', async () => {
    let runs = 0;
    const device = createSessions((x) => {
      if (++runs === 3) throw new Error('device lost');
      return x.map((value) => 2 * value);
    });
    const cpu = createSessions();
    const { run, fallBacks } = createFallbackSessions({ unet: 'dml' }, device.sessions, cpu.sessions);
    for (let step = 0; step < 5; step++) expect(await run('unet', inputs)).toEqual(doubled);
    expect(device.asked).toHaveLength(3);
    expect(cpu.asked).toHaveLength(3);
    expect(fallBacks).toEqual([{ part: 'unet', provider: 'dml', reason: 'device lost' }]);
  });

  it('does not take what is not a number for an answer', async () => {
    const device = createSessions(() => Float32Array.of(2, NaN));
    const cpu = createSessions(() => Float32Array.of(2, 4));
    const { run, fallBacks } = createFallbackSessions({ unet: 'webgpu' }, device.sessions, cpu.sessions);
    expect(await run('unet', inputs)).toEqual(doubled);
    expect(fallBacks).toHaveLength(1);
  });

  it('prepares on the CPU what the device does not load', async () => {
    const device = createSessions();
    const broken = { ...device.sessions, prepare: () => Promise.reject(new Error('no adapter')) };
    const cpu = createSessions();
    const sessions = createFallbackSessions({ unet: 'webgpu' }, broken, cpu.sessions);
    await sessions.prepare(['unet']);
    await sessions.run('unet', inputs);
    expect(cpu.asked).toEqual(['prepare unet', 'unet']);
    expect(sessions.fallBacks).toMatchObject([{ reason: 'no adapter' }]);
  });

  it('leaves a failure of the CPU to whoever asked', async () => {
    const cpu = createSessions(() => {
      throw new Error('damaged');
    });
    const { run } = createFallbackSessions({}, createSessions().sessions, cpu.sessions);
    await expect(run('unet', inputs)).rejects.toThrow('damaged');
  });
});
