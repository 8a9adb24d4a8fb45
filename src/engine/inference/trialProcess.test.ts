import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createChildPort } from './childPort.ts';
import { createTrialProcess, type TrialProcess } from './trialProcess.ts';

const pack = fileURLToPath(new URL('../../../resources/packs/starter', import.meta.url));
const LONG = 60_000;
/** A run that keeps the process from doing anything else for seconds. */
const sizes = { batch: 8, frames: 256, neighbours: 10 };
const busy = { pack, part: 'unet', provider: 'cpu', sizes } as const;

let controller: AbortController;
let trial: TrialProcess;
let pid: number;
beforeEach(async () => {
  controller = new AbortController();
  trial = createTrialProcess(createChildPort, controller.signal);
  ({ pid } = await trial.run('ping', undefined, LONG));
});
afterEach(() => trial.close());

const isGone = () =>
  vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: LONG, interval: 50 });

describe('a process for trials', { timeout: 2 * LONG }, () => {
  it('says how it was ended from inside', async () => {
    const running = trial.run('fixedRun', busy, LONG);
    process.kill(pid, 'SIGSEGV');
    await expect(running).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'it ended its process (signal SIGSEGV)',
    });
  });

  it('is ended where it does not answer, although it hears nothing', async () => {
    await expect(trial.run('fixedRun', busy, 50)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'it did not answer within 0.05 s',
    });
    await isGone();
  });

  it('is ended by a cancel', async () => {
    const running = trial.run('fixedRun', busy, LONG);
    controller.abort();
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
    await isGone();
  });
});
