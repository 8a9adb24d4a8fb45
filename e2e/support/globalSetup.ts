import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { preparedData } from './preparedData.ts';
import { runJson } from './refoley.ts';
import { writeSounds } from './sounds.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A data folder with the starter library and `sounds` in it, made by the product. Copy it, do not change it. */
    dataFolder: string;
    /** The folder that `writeSounds` made. */
    sounds: string;
  }
}

/** Makes the data folder that all specs copy, once for a test run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = await mkdtemp(join(tmpdir(), 'refoley-e2e-'));
  const [dataFolder, sounds] = [join(root, 'data'), join(root, 'sounds')];
  await cp(await preparedData(), dataFolder, { recursive: true });
  await writeSounds(sounds);
  const report = await runJson(['library', 'add', sounds, '--data', dataFolder]);
  if (report.added !== 6) throw new Error(`the library was not made: ${JSON.stringify(report)}`);
  project.provide('dataFolder', dataFolder);
  project.provide('sounds', sounds);
  return () => rm(root, { recursive: true, force: true });
}
