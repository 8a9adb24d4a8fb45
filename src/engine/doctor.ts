import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { asRefoleyError } from '#core/errors.ts';
import type { ProviderReport } from '#shared/provider.ts';
import type { EngineContext } from './context.ts';
import type { IndexReport } from './index/libraryIndexes.ts';
import { packageVersion, versionIn } from './machine.ts';
import { reportProviders } from './providers/reportProviders.ts';

export interface Problem {
  readonly what: string;
  /** The command or the act that mends it. */
  readonly mend: string;
}

export interface DoctorReport {
  readonly versions: Readonly<Record<string, string>>;
  readonly dataFolder: string;
  readonly providers: readonly ProviderReport[];
  /** What searches run on: FAISS, or an exact scan where it cannot be loaded. */
  readonly index: 'faiss' | 'exact';
  readonly indexes: readonly IndexReport[];
  readonly packs: readonly {
    readonly name: string;
    readonly version: string | null;
    readonly folder: string;
  }[];
  /** Null when the data folder has no catalogue yet. */
  readonly library: { readonly sources: number; readonly sounds: number } | null;
  readonly problems: readonly Problem[];
}

const PACKAGES = ['onnxruntime-node', 'better-sqlite3', 'faiss-node'];

/** Looks at everything that takes and searches need. Never fails: what is wrong is in the report. */
export async function examine(context: EngineContext): Promise<DoctorReport> {
  const problems: Problem[] = [];
  const attempt = async <T, U>(instead: U, act: () => Promise<T>): Promise<T | U> => {
    try {
      return await act();
    } catch (cause) {
      problems.push(problemOf(asRefoleyError(cause).message));
      return instead;
    }
  };

  const { findPacks } = await import('./packs/findPacks.ts');
  const packs = await findPacks(context.packFolders);
  for (const pack of packs) if ('problem' in pack) problems.push(problemOf(pack.problem.message));
  if (packs.length === 0)
    problems.push(problemOf('no pack is installed: get the resources folder of Refoley again'));

  const { loadFaiss } = await import('./index/loadFaiss.ts');
  const faiss = loadFaiss((line) => problems.push({ what: line, mend: 'npm run setup' }));
  const hasLibrary = existsSync(join(context.dataFolder, 'catalogue.sqlite'));
  return {
    versions: versions(),
    dataFolder: context.dataFolder,
    providers: await attempt([], async () => reportProviders(context, await context.pack())),
    index: faiss ? 'faiss' : 'exact',
    indexes: hasLibrary ? await attempt([], async () => (await context.indexes()).report()) : [],
    packs: packs.map((found) => ({
      name: found.name,
      version: 'pack' in found ? found.pack.manifest.version : null,
      folder: found.folder,
    })),
    library: hasLibrary
      ? await attempt(null, async () => {
          const catalogue = await context.catalogue();
          return { sources: catalogue.sources.all().length, sounds: catalogue.sounds.count() };
        })
      : null,
    problems: unique(problems),
  };
}

/** Every message says after its last colon what to do. */
function problemOf(message: string): Problem {
  const at = message.lastIndexOf(': ');
  return at < 0 ? { what: message, mend: '' } : { what: message.slice(0, at), mend: message.slice(at + 2) };
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problem.what, problem])).values()];
}

function versions(): Record<string, string> {
  return {
    refoley: versionIn('../../package.json'),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    ...Object.fromEntries(PACKAGES.map((name) => [name, packageVersion(name)])),
  };
}
