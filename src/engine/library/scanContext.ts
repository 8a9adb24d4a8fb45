import { RefoleyError } from '#core/errors.ts';
import type { ErrorKind } from '#core/errors.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { FileStage } from '../catalogue/file.ts';
import type { LibraryIndexes } from '../index/libraryIndexes.ts';
import { fileError } from '../files/fileError.ts';
import type { Analyser } from './analyser.ts';

export interface ScanContext {
  readonly catalogue: Catalogue;
  readonly analyser: Analyser;
  /** Over the embeddings of the same model, where they are open. */
  readonly indexes?: LibraryIndexes | undefined;
  readonly signal?: AbortSignal | undefined;
  /** After each batch of files, and each file that is analysed. */
  readonly onProgress?: ((progress: ScanProgress) => void) | undefined;
  /**
   * Awaited between folders, batches of files and files that are analysed: a scan is paused until it resolves, and ended by
   * its rejection. Two lanes of the analysis may wait at once.
   */
  readonly gate?: ((stage: FileStage) => Promise<void>) | undefined;
}

/** Beside the stages of a file: the names of the categories (once for a pack), and suggestions. */
export type ScanStage = FileStage | 'named' | 'suggested';

/** How far a stage of a scan is. While files are listed or suggestions made, `total` is not yet known, and is `done`. */
export interface ScanProgress {
  readonly stage: ScanStage;
  /** Files; of `named`, texts. */
  readonly done: number;
  readonly total: number;
  /** Seconds that the stage still takes at the present speed; undefined until that can be told. */
  readonly left?: number | undefined;
}

export interface ScanFailure {
  /** Absolute. */
  readonly path: string;
  readonly kind: ErrorKind;
  readonly message: string;
}

/** What a scan did, by file id. */
export interface Tally {
  /** New, with other bytes, back again, and gone, as the listing saw it. */
  readonly found: Set<number>;
  readonly changed: Set<number>;
  readonly returned: Set<number>;
  readonly gone: Set<number>;
  /** Found, and recognised as ones that had gone. */
  readonly moved: Set<number>;
  /** Analysed for the first time, and again. */
  readonly added: Set<number>;
  readonly updated: Set<number>;
  /** Could not be read or analysed. */
  readonly lost: Set<number>;
  /** The same files, and folders, with the reasons, by path. */
  readonly failed: Map<string, ScanFailure>;
}

export function emptyTally(): Tally {
  const listed = { found: new Set<number>(), changed: new Set<number>(), returned: new Set<number>() };
  const rest = { gone: new Set<number>(), moved: new Set<number>(), lost: new Set<number>() };
  return { ...listed, ...rest, added: new Set(), updated: new Set(), failed: new Map() };
}

export function failureOf(path: string, cause: unknown): ScanFailure {
  const { kind, message } = fileError(cause, path);
  return { path, kind, message };
}

/** @throws RefoleyError `cancelled` */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new RefoleyError('cancelled', 'stopped before the end: run it again to go on');
}

/**
 * A place where a scan may be stopped, or paused.
 *
 * @throws RefoleyError `cancelled`, also while it is paused; or what the gate rejects with
 */
export async function checkpoint(
  { signal, gate }: Pick<ScanContext, 'signal' | 'gate'>,
  stage: FileStage,
): Promise<void> {
  throwIfStopped(signal);
  if (!gate) return;
  let onAbort = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    onAbort = resolve;
  });
  signal?.addEventListener('abort', onAbort);
  try {
    await Promise.race([gate(stage), stopped]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  throwIfStopped(signal);
}
