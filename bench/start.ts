import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const STARTS = 3;
const CHILD = fileURLToPath(new URL('firstStep.ts', import.meta.url));

interface Start {
  /** Milliseconds from starting the process, and from asking for the take, to its first diffusion step. */
  readonly whole: number;
  readonly wait: number;
}

/** Until a take's first diffusion step: the least of three starts, with the files in the system's cache. */
export async function startBench(dataFolder: string): Promise<Record<string, number>> {
  const [cold, warm]: [Start[], Start[]] = [[], []];
  for (let start = 0; start < STARTS; start++) {
    cold.push(await firstStep(dataFolder));
    warm.push(await firstStep(dataFolder, 'warm'));
  }
  const least = (starts: readonly Start[], what: keyof Start) =>
    Math.min(...starts.map((start) => start[what])) / 1000;
  return {
    'cold start to the first step, s': least(cold, 'whole'),
    'the same from asking for the take, s': least(cold, 'wait'),
    'the same in the app, warmed up, s': least(warm, 'wait'),
  };
}

async function firstStep(dataFolder: string, ...how: readonly string[]): Promise<Start> {
  const began = performance.now();
  const child = spawn(process.execPath, [CHILD, dataFolder, ...how], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const times: number[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', () => times.push(performance.now()));
  await once(lines, 'close');
  const [asked = NaN, sampling = NaN] = times;
  return { whole: sampling - began, wait: sampling - asked };
}
