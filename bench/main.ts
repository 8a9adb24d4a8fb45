/**
 * Times on this machine, for people to compare, as a table and then as one JSON object: `npm run bench`. Nothing is
 * asserted; run it on a quiet machine. `-- --large` adds a library of 1,000,000 sounds, some ten minutes and 2 GB; `-- --app`
 * measures nothing but the app, some ten minutes, `-- --edit` nothing but the editor's rendering, one, `-- --checkpoint` nothing but
 * AudioLDM at full size beside diffusers, ten, and `-- --interval` nothing but guidance in some of the steps, five.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext } from '#engine/context.ts';
import { analysisBench } from './analysis.ts';
import { appBench } from './app.ts';
import { checkpointBench } from './checkpoint.ts';
import { editBench } from './edit.ts';
import { guidanceIntervalBench } from './guidanceInterval.ts';
import { listingBench } from './library.ts';
import { renderBench } from './render.ts';
import { scrollingBench } from './scrolling.ts';
import { searchBench } from './search.ts';
import { startBench } from './start.ts';

const alone = {
  ...{ '--app': appBench, '--edit': editBench, '--checkpoint': checkpointBench },
  '--interval': guidanceIntervalBench,
};
const only = Object.entries(alone).find(([option]) => process.argv.includes(option))?.[1];
const results = only
  ? await only()
  : { ...(await engineBench(process.argv.includes('--large'))), ...(await appBench()) };
const rounded = Object.entries(results).map(([what, value]) => [what, Number(value.toPrecision(4))] as const);
const width = Math.max(...rounded.map(([what]) => what.length));
for (const [what, value] of rounded) process.stdout.write(`${what.padEnd(width)}  ${value}\n`);
const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.versions.node };
process.stdout.write(`${JSON.stringify({ machine, ...Object.fromEntries(rounded) })}\n`);

async function engineBench(large: boolean): Promise<Record<string, number>> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'refoley-bench-'));
  try {
    const context = createContext({ dataFolder });
    const began = performance.now();
    await context.library({});
    const library = await analysisBench(context, (performance.now() - began) / 1000);
    const render = await renderBench(context);
    await context.close();
    return {
      ...library,
      ...render,
      ...(await startBench(dataFolder)),
      ...(await searchBench(100_000, true)),
      ...(large ? await searchBench(1_000_000, false) : {}),
      ...(await scrollingBench(100_000)),
      ...(large ? await scrollingBench(1_000_000) : {}),
      ...(await listingBench()),
      ...(await editBench()),
    };
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}
