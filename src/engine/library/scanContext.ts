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
}

/** How far a stage of a scan is. While files are listed, their number is not yet known and `total` is `done`. */
export interface ScanProgress {
  readonly stage: FileStage;
  /** Files. */
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
  readonly added: Set<number>;
  readonly updated: Set<number>;
  /** Could not be read or analysed. */
  readonly lost: Set<number>;
  /** The same files, and folders, with the reasons, by path. */
  readonly failed: Map<string, ScanFailure>;
}

export function failureOf(path: string, cause: unknown): ScanFailure {
  const { kind, message } = fileError(cause, path);
  return { path, kind, message };
}

/** @throws RefoleyError `cancelled` */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new RefoleyError('cancelled', 'stopped before the end: run it again to go on');
}
