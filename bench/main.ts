/**
 * Times on this machine, for people to compare, as a table and then as one JSON object: `npm run bench`. Nothing is
 * asserted; run it on a quiet machine.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext } from '#engine/context.ts';
import { listingBench } from './library.ts';
import { renderBench } from './render.ts';
import { searchBench } from './search.ts';
import { startBench } from './start.ts';

const dataFolder = await mkdtemp(join(tmpdir(), 'refoley-bench-'));
try {
  const context = createContext({ dataFolder });
  const began = performance.now();
  const { catalogue } = await context.library({});
  const sounds = catalogue.sounds.count();
  const library = { 'starter library, sounds': sounds, 'added in, s': (performance.now() - began) / 1000 };
  const render = await renderBench(context);
  await context.close();
  const results = {
    ...library,
    ...render,
    ...(await startBench(dataFolder)),
    ...searchBench(),
    ...(await listingBench()),
  };

  const rounded = Object.entries(results).map(
    ([what, value]) => [what, Number(value.toPrecision(4))] as const,
  );
  const width = Math.max(...rounded.map(([what]) => what.length));
  for (const [what, value] of rounded) process.stdout.write(`${what.padEnd(width)}  ${value}\n`);
  const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.versions.node };
  process.stdout.write(`${JSON.stringify({ machine, ...Object.fromEntries(rounded) })}\n`);
} finally {
  await rm(dataFolder, { recursive: true, force: true });
}
