import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyData, type DataFolder } from './support/dataFolder.ts';
import { errorKind, finished, runJson, start } from './support/refoley.ts';
import { sound } from './support/sounds.ts';

let data: DataFolder;
beforeAll(async () => {
  data = await copyData();
});
afterAll(() => data.remove());

/** More than any of these tests waits for. */
const ENDLESS = ['--steps', '200', '--duration', '10', '--variations', '9'];

async function startGenerating(out: string) {
  const child = start(['generate', 'door creaks', ...ENDLESS, '--out', out, '--data', data.path, '--json']);
  const result = finished(child);
  // The folder is made once the request is checked; the take itself needs minutes.
  while (!(await readdir(out).catch(() => undefined))) {
    if (child.exitCode !== null) throw new Error(JSON.stringify(await result));
    await setTimeout(20);
  }
  return { child, result };
}

describe('a take that is interrupted', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s ends with one line and leaves nothing', async (signal) => {
    const out = join(data.path, signal);
    const { child, result } = await startGenerating(out);
    await setTimeout(3000);
    child.kill(signal);
    expect(errorKind(await result)).toBe('cancelled');
    expect(await readdir(out)).toEqual([]);
  });

  it('by kill -9 leaves no WAV and a library that works', async () => {
    for (const delay of [0, 500, 3000]) {
      const out = join(data.path, `killed ${delay}`);
      const { child, result } = await startGenerating(out);
      await setTimeout(delay);
      child.kill('SIGKILL');
      await result;
      expect((await readdir(out)).filter((name) => name.endsWith('.wav'))).toEqual([]);
    }
    const { integrity } = await runJson(['library', 'verify', '--data', data.path]);
    expect(integrity).toEqual([]);
  });
});

describe('a scan that is killed', () => {
  it('leaves a catalogue that opens, and goes on where it stopped', async () => {
    const folder = join(data.path, 'many sounds');
    await mkdir(folder);
    const count = 40;
    for (let index = 0; index < count; index++)
      await writeFile(join(folder, `sound ${index}.wav`), sound(index + 10));

    const child = start(['library', 'add', folder, '--data', data.path]);
    const result = finished(child);
    await setTimeout(2500);
    child.kill('SIGKILL');
    await result;

    const { sounds } = await runJson(['library', 'list', '--data', data.path]);
    for (const { path, problem, seconds } of sounds)
      expect([path, problem, seconds > 0]).toEqual([path, null, true]);
    const { added, unchanged, failed } = await runJson(['library', 'add', folder, '--data', data.path]);
    expect([Number(added) + Number(unchanged), failed]).toEqual([count, []]);
    const verified = await runJson(['library', 'verify', '--data', data.path]);
    expect(verified.integrity).toEqual([]);
    expect(verified.failed.filter(({ path }: { path: string }) => path.startsWith(folder))).toEqual([]);
  });
});
