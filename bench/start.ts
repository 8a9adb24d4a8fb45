import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const STARTS = 3;

/** From starting a process to its first diffusion step: the fastest of three, with the files in the system's cache. */
export async function startBench(dataFolder: string): Promise<Record<string, number>> {
  const times: number[] = [];
  for (let start = 0; start < STARTS; start++) times.push(await firstStep(dataFolder));
  return { 'cold start to the first step, s': Math.min(...times) / 1000 };
}

function firstStep(dataFolder: string): Promise<number> {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('firstStep.ts', import.meta.url)), dataFolder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve(performance.now() - began));
    child.once('error', reject);
  });
}
