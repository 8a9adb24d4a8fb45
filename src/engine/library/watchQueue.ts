import { parentOf } from './scanPart.ts';
import type { ScanPart } from './scanPart.ts';

/** Milliseconds. */
export interface QueueTiming {
  /** What has changed is looked at when nothing more has for so long, */
  readonly quiet: number;
  /** or when the first of it is so old. */
  readonly longest: number;
}

/** What has changed on disk, by source id, until somebody looks at it. */
export interface WatchQueue {
  /** A file or folder has come, gone or been renamed: what is below it may be new as well. */
  addPath(source: number, path: string): void;
  /** A file in the folder has changed. */
  addFolder(source: number, folder: string): void;
  addAll(source: number): void;
  /** Whether there is something that it is time to look at. */
  isDue(): boolean;
  /** Waits until there is, and takes all of it. Undefined for a whole source; nothing at all once aborted. */
  next(): Promise<ReadonlyMap<number, ScanPart | undefined>>;
}

/** Beyond so many folders a look at the whole source is no more work. */
const MANY = 2000;

type Pending = { folders: Set<string>; trees: Set<string> } | 'all';

export function createWatchQueue({ quiet, longest }: QueueTiming, signal: AbortSignal): WatchQueue {
  let pending = new Map<number, Pending>();
  let firstAt = 0;
  let due = false;
  let timer: NodeJS.Timeout | undefined;
  let wake = (): void => undefined;
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    wake();
  });

  function partOf(source: number): Exclude<Pending, 'all'> | undefined {
    const known = pending.get(source);
    if (known === 'all') return undefined;
    const part = known ?? { folders: new Set(), trees: new Set() };
    pending.set(source, part.folders.size + part.trees.size > MANY ? 'all' : part);
    return part;
  }

  /** To be called after something was added. */
  function schedule(wasEmpty: boolean): void {
    const now = performance.now();
    if (wasEmpty) firstAt = now;
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        due = true;
        wake();
      },
      Math.max(0, Math.min(quiet, firstAt + longest - now)),
    );
  }

  function change(source: number, add: (part: Exclude<Pending, 'all'>) => void): void {
    const wasEmpty = pending.size === 0;
    const part = partOf(source);
    if (part) add(part);
    schedule(wasEmpty);
  }

  return {
    addPath(source, path) {
      change(source, ({ folders, trees }) => {
        folders.add(parentOf(path));
        trees.add(path);
      });
    },
    addFolder(source, folder) {
      change(source, ({ folders }) => folders.add(folder));
    },
    addAll(source) {
      const wasEmpty = pending.size === 0;
      pending.set(source, 'all');
      schedule(wasEmpty);
    },
    isDue: () => due,
    async next() {
      while (!due && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const taken = signal.aborted ? new Map<number, Pending>() : pending;
      pending = new Map();
      due = false;
      return new Map(
        [...taken].map(([source, part]) => [source, part === 'all' ? undefined : part] as const),
      );
    },
  };
}
