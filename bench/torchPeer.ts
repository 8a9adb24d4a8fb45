import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const TRAINING = join(import.meta.dirname, '..', 'training');
/** `REFOLEY_PYTHON` names another one. */
export const PYTHON = process.env['REFOLEY_PYTHON'] ?? join(TRAINING, '.venv', 'bin', 'python');

/** What a module of the training code prints; undefined where training, or what the module needs, is not installed. */
export async function python(module: string, options: readonly string[]): Promise<number | undefined> {
  if (!existsSync(PYTHON)) return undefined;
  try {
    const { stdout } = await promisify(execFile)(PYTHON, ['-m', module, ...options], { cwd: TRAINING });
    return Number(stdout);
  } catch (cause) {
    const lines = cause instanceof Error ? cause.message.trim().split('\n') : [];
    process.stderr.write(`no peer ${module}: ${lines.at(-1) ?? ''}\n`);
    return undefined;
  }
}

/** The same UNet in torch: `sampling` (ms, of our own) as a ratio to it. Nothing where training is not set up. */
export async function torchPeer(steps: number, sampling: number): Promise<Record<string, number>> {
  const seconds = await python('refoley_training.peer', ['--steps', String(steps)]);
  if (seconds === undefined) return {};
  const torch = seconds * 1000;
  return { 'the same steps in torch, ms': torch, 'torch, times as long': torch / sampling };
}
