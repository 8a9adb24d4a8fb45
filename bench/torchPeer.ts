import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const TRAINING = join(import.meta.dirname, '..', 'training');
const PYTHON = join(TRAINING, '.venv', 'bin', 'python');

/** The same UNet in torch: `sampling` (ms, of our own) as a ratio to it. Nothing where training is not set up. */
export async function torchPeer(steps: number, sampling: number): Promise<Record<string, number>> {
  if (!existsSync(PYTHON)) return {};
  const { stdout } = await promisify(execFile)(
    PYTHON,
    ['-m', 'refoley_training.peer', '--steps', String(steps)],
    { cwd: TRAINING },
  );
  const torch = Number(stdout) * 1000;
  return { 'the same steps in torch, ms': torch, 'torch, times as long': torch / sampling };
}
