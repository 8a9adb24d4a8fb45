import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, type EngineContext } from '#engine/context.ts';
import { addPack } from '#engine/packs/addPack.ts';
import { makeTakes } from '#engine/takes/makeTakes.ts';

const ROUNDS = 3;
const INTERVALS = [
  { from: 0, to: 1 },
  { from: 0.2, to: 0.8 },
  { from: 0, to: 0.5 },
];

/**
 * Seconds of sampling a take of 5.12 s in 20 steps, guided in all of them and in some, in turns and the least of three: the starter
 * pack, and the checkpoint that `REFOLEY_CHECKPOINT` names.
 */
export async function guidanceIntervalBench(): Promise<Record<string, number>> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'refoley-bench-'));
  try {
    const results = await measure('starter', createContext({ dataFolder }));
    const published = process.env['REFOLEY_CHECKPOINT'];
    if (published === undefined) return results;
    const { name } = (await addPack(createContext({ dataFolder }), published, {})).manifest;
    return { ...results, ...(await measure(name, createContext({ dataFolder, pack: name }))) };
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function measure(name: string, context: EngineContext): Promise<Record<string, number>> {
  const seconds: Record<string, number> = {};
  const common = { prompt: 'rusty gate creaks open, slow', seed: 1, duration: 5.12, candidates: 1 };
  for (let round = 0; round <= ROUNDS; round++)
    for (const interval of INTERVALS) {
      const settings = { ...common, sampler: 'dpmpp', steps: 20, start: 0, guidanceInterval: interval };
      const { sample } = (await makeTakes(context, { settings }, {})).timings;
      const what = `${name}, guided from ${interval.from} to ${interval.to}, sample, s`;
      // The first round warms up.
      seconds[what] = round === 0 ? Infinity : Math.min(seconds[what] ?? Infinity, sample / 1000);
    }
  await context.close();
  return seconds;
}
