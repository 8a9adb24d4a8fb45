import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { z } from 'zod';

/** The machine in words. The data folder may be shared by several. */
export const machineName = `${cpus()[0]?.model.trim() ?? process.arch}, ${availableParallelism()} threads`;

/** The version of an installed package, without loading it; 'missing' where it is not there. */
export function packageVersion(name: string): string {
  return versionIn(`${name}/package.json`);
}

/** The version that a package.json states. */
export function versionIn(path: string): string {
  try {
    return z.object({ version: z.string() }).parse(createRequire(import.meta.url)(path)).version;
  } catch {
    return 'missing';
  }
}
