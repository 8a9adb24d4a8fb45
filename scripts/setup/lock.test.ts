import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const lockModule = new URL('./lock.mjs', import.meta.url).href;

/** A process that adds 1 to the number in a file, slowly enough to lose counts where two do it at once. */
async function increment(lock: string, counter: string): Promise<number | null> {
  const code = `
    import fs from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { withLock } from ${JSON.stringify(lockModule)};
    await withLock(async () => {
      const value = Number(fs.readFileSync(${JSON.stringify(counter)}, 'utf8'));
      await sleep(30);
      fs.writeFileSync(${JSON.stringify(counter)}, String(value + 1));
    }, ${JSON.stringify(lock)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status;
}

describe('withLock', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'refoley-lock-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('lets one process in at a time, and takes over the lock of one that is gone', async () => {
    const counter = path.join(folder, 'counter');
    fs.writeFileSync(counter, '0');
    const lock = path.join(folder, 'lock');
    const gone = spawn(process.execPath, ['-e', '0']);
    await once(gone, 'exit');
    fs.mkdirSync(lock);
    const owner = { token: 'gone', pid: gone.pid, host: os.hostname(), since: Date.now() };
    fs.writeFileSync(path.join(lock, 'owner.json'), JSON.stringify(owner));

    const statuses = await Promise.all(Array.from({ length: 5 }, () => increment(lock, counter)));

    expect(statuses).toEqual([0, 0, 0, 0, 0]);
    expect(fs.readFileSync(counter, 'utf8')).toBe('5');
    expect(fs.readdirSync(folder)).toEqual(['counter']);
  });
});
