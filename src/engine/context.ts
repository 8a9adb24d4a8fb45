import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProviderSetting } from '#shared/provider.ts';
import { UNCALIBRATED } from '#core/retrieval/calibrate.ts';
import type { Calibration } from '#core/retrieval/fuse.ts';
import type { Catalogue } from './catalogue/open.ts';
import { createChildPort } from './inference/childPort.ts';
import { createInference, type Inference, type InferenceProcess } from './inference/host.ts';
import type { JobProgress } from './inference/jobs.ts';
import { createOwnProcess } from './inference/ownProcess.ts';
import { createInferencePool } from './inference/pool.ts';
import type { CreatePort } from './inference/protocol.ts';
import type { LibraryIndexes } from './index/libraryIndexes.ts';
import { createAnalyser } from './createAnalyser.ts';
import type { Analyser } from './library/analyser.ts';
import { calibrateLibrary } from './library/calibrateLibrary.ts';
import type { Retrieval } from './library/match.ts';
import type { ScanStage } from './library/scanContext.ts';
import { openCatalogueOf } from './openCatalogueOf.ts';
import { createUsedProviders, type UsedProviders } from './providers/usedProviders.ts';
import { findPack } from './packs/findPacks.ts';
import {
  canHear,
  modelName,
  requireHearing,
  requireTakes,
  type HearingPack,
  type TakePack,
} from './packs/pack.ts';
import { onceForAll } from './onceForAll.ts';
import { addStarterLibrary } from './starterLibrary.ts';

export interface EngineOptions {
  readonly dataFolder: string;
  /** Name of the pack to use; `starter` unless given. */
  readonly pack?: string | undefined;
  /** Name of the pack that hears the library; the usual one (see `hearing` of the context) unless given, or ''. */
  readonly ears?: string | undefined;
  /** What packs are run with; the fastest that passed its test unless given. */
  readonly provider?: ProviderSetting | undefined;
  /** Holds `packs` and `library`, which ship with the app. */
  readonly resourcesFolder?: string | undefined;
  /** How to start the inference process; a plain child process unless given. */
  readonly createPort?: CreatePort | undefined;
  /** Whether prompts are embedded while a take is made: a process of their own does that. */
  readonly concurrent?: boolean | undefined;
  /** Takes one line that the user should read although nothing failed. */
  readonly warn?: ((line: string) => void) | undefined;
}

/** Takes, pages, sounds of the map, bytes of a pack's files, files of a set, rows of a batch, parts with a provider. */
type CountedStage = 'evaluate' | 'backup' | 'map' | 'verify' | 'install' | 'export' | 'batch' | 'test';

/** How far something is: a stage of the pipeline, of a scan with the seconds it still takes, or
 * one that is counted. */
export type EngineProgress =
  | JobProgress
  | { readonly stage: CountedStage; readonly done: number; readonly of: number }
  | {
      readonly stage: 'library';
      readonly part: ScanStage;
      readonly done: number;
      readonly of: number;
      readonly left?: number | undefined;
    };

/** Given along with every long action. */
export interface Work {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: EngineProgress) => void) | undefined;
}

/** The open library of a data folder, analysed with one pack. */
export interface Library extends Retrieval {
  readonly analyser: Analyser;
}

/** What the actions of the engine share. Each part is opened when it is first asked for, and only once. */
export interface EngineContext {
  readonly dataFolder: string;
  readonly resourcesFolder: string;
  readonly packFolders: readonly string[];
  /** The one of them that packs are added to. */
  readonly addedPacksFolder: string;
  /** Of graphs for models that others publish. */
  readonly templateFolders: readonly string[];
  readonly takesFolder: string;
  /** Makes takes. */
  readonly inference: InferenceProcess;
  /** Embeds prompts, captions and single sounds. */
  readonly ears: Inference;
  /** Renders edits. */
  readonly editing: Inference;
  /** Writes exports. */
  readonly exporting: Inference;
  readonly providers: UsedProviders;
  readonly warn: (line: string) => void;
  /** Makes takes. */
  pack(): Promise<TakePack>;
  /**
   * Hears the library: the pack that was chosen for it; otherwise the one that makes takes if its ears are Refoley's own, and the one
   * that ships with the app beside a checkpoint of others.
   */
  hearing(): Promise<HearingPack>;
  catalogue(): Promise<Catalogue>;
  indexes(): Promise<LibraryIndexes>;
  /** The library, with the starter library in it if the data folder is fresh. */
  library(work: Work): Promise<Library>;
  close(): Promise<void>;
}

/** Processes that listen to files, at low priority; each takes some 250 MB. */
const LISTENERS = Math.min(8, availableParallelism());

/** Ships with the app. */
const STARTER = 'starter';

const SHIPPED_RESOURCES = fileURLToPath(new URL('../../resources', import.meta.url));

export function createContext(options: EngineOptions): EngineContext {
  const { dataFolder, resourcesFolder = SHIPPED_RESOURCES, warn = () => undefined } = options;
  const addedPacksFolder = join(dataFolder, 'packs');
  const packFolders = [join(resourcesFolder, 'packs'), addedPacksFolder];
  const { createPort = createChildPort, provider: setting = 'auto' } = options;
  const createModelPort = () => createPort('models');
  const inference = createInference(createModelPort);
  const ears = options.concurrent ? createInference(createModelPort) : inference;
  const listeners = createInferencePool(createPort, LISTENERS);
  const editing = createInference(createPort);
  const exporting = createOwnProcess(createPort);
  // A process of its own: FAISS blocks it for as long as it builds.
  const builder = createInference(createPort);
  const providers = createUsedProviders({
    ...{ dataFolder, setting, inference, warn },
    createPort: createModelPort,
  });
  const pack = once(async () => requireTakes(await findPack(options.pack ?? STARTER, packFolders)));
  const hearing = once(async () => {
    if (options.ears) return requireHearing(await findPack(options.ears, packFolders));
    const made = await pack();
    const isOwn = made.manifest.format === 1;
    return isOwn && canHear(made) ? made : requireHearing(await findPack(STARTER, packFolders));
  });
  const catalogue = once(() => openCatalogueOf(dataFolder));

  const indexes = once(async () => {
    const { openLibraryIndexes } = await import('./index/libraryIndexes.ts');
    const model = modelName(await hearing());
    return openLibraryIndexes({
      catalogue: await catalogue(),
      folder: join(dataFolder, 'indexes'),
      model,
      warn,
      build: (job, onProgress) =>
        builder.run('buildIndex', job, {
          onProgress: (progress) => {
            if (progress.stage === 'index') onProgress(progress);
          },
        }),
    });
  });

  const analyserOf = async (calibration: Calibration, { signal }: Work): Promise<Analyser> =>
    createAnalyser(ears, listeners, await hearing(), calibration, join(dataFolder, 'peaks'), signal);
  const starterLibrary = onceForAll(async (work) => {
    const analyser = await analyserOf(UNCALIBRATED, work);
    const folder = join(resourcesFolder, 'library');
    await addStarterLibrary(folder, dataFolder, await catalogue(), analyser, work);
  });
  /** What the cosines of ears mean that nobody measured, once there is something to measure. */
  let measured: Calibration | undefined;
  const library = async (work: Work): Promise<Library> => {
    await starterLibrary(work);
    const [opened, open] = await Promise.all([hearing(), catalogue()]);
    const model = modelName(opened);
    const { manifest } = opened;
    const calibration =
      manifest.format === 1 ? manifest.similarity : (measured ??= calibrateLibrary(open, model));
    return {
      catalogue: open,
      indexes: await indexes(),
      calibration,
      model,
      analyser: await analyserOf(calibration, work),
    };
  };

  return {
    dataFolder,
    resourcesFolder,
    packFolders,
    addedPacksFolder,
    templateFolders: [join(resourcesFolder, 'templates'), join(dataFolder, 'templates')],
    takesFolder: join(dataFolder, 'takes'),
    inference,
    ears,
    editing,
    exporting,
    providers,
    warn,
    pack,
    hearing,
    catalogue,
    indexes,
    library,
    async close() {
      inference.close();
      ears.close();
      listeners.close();
      builder.close();
      editing.close();
      exporting.close();
      if (catalogue.begun()) (await catalogue().catch(() => undefined))?.close();
    },
  };
}

function once<T>(make: () => Promise<T>): { (): Promise<T>; begun(): boolean } {
  let made: Promise<T> | undefined;
  return Object.assign(() => (made ??= make()), { begun: () => made !== undefined });
}
