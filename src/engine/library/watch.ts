import { asRefoleyError } from '#core/errors.ts';
import type { Source } from '../catalogue/sources.ts';
import { CAPTIONS_FILE } from './captionsFile.ts';
import { isHidden, isSoundName } from './listFiles.ts';
import { hearSource, readSource } from './scan.ts';
import { emptyTally } from './scanContext.ts';
import type { ScanContext, ScanFailure, Tally } from './scanContext.ts';
import type { ScanPart } from './scanPart.ts';
import { wordsOf } from './sources.ts';
import { createStillFiles } from './stillFiles.ts';
import type { StillFiles } from './stillFiles.ts';
import { watchFolders } from './watchFolders.ts';
import type { FolderWatch } from './watchFolders.ts';
import { createWatchQueue } from './watchQueue.ts';
import { watchRoots } from './watchRoots.ts';

/** What the catalogue has learnt of a change on disk. Counts of files. */
export interface LibraryChange {
  /** Folder of the source. */
  readonly source: string;
  /** `read`: the files are found by their names and words; `analysed`: by their sound, and lead takes. */
  readonly stage: 'read' | 'analysed';
  readonly found: number;
  readonly changed: number;
  readonly moved: number;
  /** Back again. */
  readonly returned: number;
  readonly gone: number;
  /** Analysed for the first time, and again. */
  readonly added: number;
  readonly updated: number;
  readonly failed: readonly ScanFailure[];
}

/** Milliseconds, but for tests. */
export interface WatchTiming {
  /** Without a change, until what has changed is looked at; and how long a change waits at most. */
  readonly quiet: number;
  readonly longest: number;
  /** For which a file must not change before it is read. */
  readonly still: number;
  /** Between looks at whether drives have come or gone. */
  readonly beat: number;
  /** Between rescans of everything, for folders whose system tells nothing (network drives, links). */
  readonly rescan: number;
  /** The same where the system has refused to watch. */
  readonly rescanUnwatched: number;
  /** Until something is tried again that could not be written or analysed for want of a disk or a process. */
  readonly retry: number;
}

const WATCH_TIMING: WatchTiming = {
  ...{ quiet: 400, longest: 2000, still: 1500, beat: 5000 },
  ...{ rescan: 15 * 60_000, rescanUnwatched: 60_000, retry: 30_000 },
};

export interface WatchOptions {
  /** All of the library unless given, as it is at any time. */
  readonly sources?: readonly Source[] | undefined;
  readonly onChange: (change: LibraryChange) => void;
  /** Takes one line about something that is worse than it should be. */
  readonly onWarning: (line: string) => void;
  readonly timing?: Partial<WatchTiming> | undefined;
}

export interface LibraryWatch {
  /** Looks at everything now: after a sleep, on the user's request. */
  rescan(): void;
  /** Resolves when the watch was stopped by the context's signal; rejects with what ends any scan. */
  readonly done: Promise<void>;
}

interface Watched {
  readonly source: Source;
  readonly folders: FolderWatch;
  readonly still: StillFiles;
  /** It has been listed once since the watch began. */
  isKnown: boolean;
}

/** There is something new to list: what is not heard yet can wait. */
class Interrupted extends Error {}

/**
 * Keeps the catalogue in step with its folders until the context's signal: a scan at first, then of what changes, within seconds. A
 * long analysis gives way to what has changed and goes on afterwards. Files that are still being written wait.
 */
export function watchLibrary(context: ScanContext, options: WatchOptions): LibraryWatch {
  const { catalogue, signal = new AbortController().signal } = context;
  const { onChange, onWarning } = options;
  const timing = { ...WATCH_TIMING, ...options.timing };
  const queue = createWatchQueue(timing, signal);
  const roots = watchRoots(timing.beat + SLEPT);
  const watched = new Map<number, Watched>();
  const unheard = new Set<number>();
  const said = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  let isRefused = false;
  let lastRescan = performance.now();

  const hearing: ScanContext = {
    ...context,
    async gate(stage) {
      await context.gate?.(stage);
      if (queue.isDue()) throw new Interrupted();
    },
  };

  return { rescan, done: run() };

  function rescan(): void {
    lastRescan = performance.now();
    for (const id of watched.keys()) queue.addAll(id);
  }

  async function run(): Promise<void> {
    const heart = setInterval(() => void beat().catch(() => undefined), timing.beat);
    try {
      follow();
      for (;;) {
        const parts = await queue.next();
        if (signal.aborted) return;
        follow();
        for (const [id, part] of parts) await tryOr(id, () => read(id, part));
        for (const id of [...unheard]) if (!queue.isDue()) await tryOr(id, () => hear(id));
      }
    } catch (cause) {
      if (!signal.aborted) throw cause;
    } finally {
      clearInterval(heart);
      for (const timer of timers) clearTimeout(timer);
      for (const { folders } of watched.values()) folders.close();
    }
  }

  /** Drives, sleep, sources that were added or taken out, and the rescan of everything. */
  async function beat(): Promise<void> {
    follow();
    const all = [...watched.values()];
    const changed = await roots.look(all.map(({ source }) => source.path));
    for (const { source } of all) if (changed.has(source.path)) queue.addAll(source.id);
    const every = isRefused ? Math.min(timing.rescan, timing.rescanUnwatched) : timing.rescan;
    if (performance.now() - lastRescan > every) rescan();
  }

  function follow(): void {
    const sources = new Map(
      (options.sources ?? catalogue.sources.all()).map((source) => [source.id, source]),
    );
    for (const [id, { source, folders }] of watched) {
      if (sources.get(id)?.path === source.path) continue;
      folders.close();
      watched.delete(id);
      unheard.delete(id);
    }
    for (const source of sources.values()) {
      if (watched.has(source.id)) continue;
      const folders = watchFolders(eventsOf(source));
      watched.set(source.id, { source, folders, still: createStillFiles(timing.still), isKnown: false });
      queue.addAll(source.id);
    }
  }

  function eventsOf({ id, path: root }: Source) {
    return {
      onChange(path: string, named: boolean): void {
        const names = path.split('/');
        const name = names.at(-1) ?? '';
        // What is renamed may be a folder; what else is written under no sound's name is none of ours.
        const matters = named || isSoundName(name) || name === CAPTIONS_FILE;
        if (!matters || names.some(isHidden)) return;
        if (named) queue.addPath(id, path);
        else queue.addFolder(id, path.slice(0, Math.max(0, path.length - name.length - 1)));
      },
      onFolder(folder: string): void {
        queue.addFolder(id, folder);
      },
      onTrouble(cause: unknown): void {
        isRefused = true;
        warn(
          `${root} is looked at every ${Math.round(timing.rescanUnwatched / 1000)} s instead: ${refusal(cause)}`,
        );
      },
    };
  }

  async function read(id: number, part: ScanPart | undefined): Promise<void> {
    const entry = watched.get(id);
    if (!entry) return;
    const { source, folders, still, isKnown } = entry;
    const tally = emptyTally();
    const words = await wordsOf(source, (failure) => tally.failed.set(failure.path, failure));
    const listed = new Set<string>();
    await readSource(context, source, words, tally, {
      part,
      // At first there is no telling for how long a file has been as it is, and nothing to lose.
      isStill: isKnown ? (file) => still.isStill(file) : undefined,
      onFolder: (folder) => {
        listed.add(folder.path);
        folders.add(folder);
      },
    });
    folders.keep(part, listed);
    entry.isKnown = true;
    const moving = still.takeFolders();
    if (moving.size > 0)
      later(timing.still, () => {
        for (const folder of moving) queue.addFolder(id, folder);
      });
    tell(source, 'read', tally);
    // One that is offline is heard when it is back.
    if (tally.failed.has(source.path)) unheard.delete(id);
    else unheard.add(id);
  }

  async function hear(id: number): Promise<void> {
    const source = watched.get(id)?.source;
    if (!source) return;
    const tally = emptyTally();
    try {
      await hearSource(hearing, source, tally);
      unheard.delete(id);
    } catch (cause) {
      if (!(cause instanceof Interrupted)) throw cause;
    } finally {
      tell(source, 'analysed', tally);
    }
  }

  /** A full disk, a busy catalogue or a process that ended is not the end of watching. */
  async function tryOr(id: number, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      const { kind, message } = asRefoleyError(cause);
      if (signal.aborted || kind !== 'unavailable') throw cause;
      warn(`${message} (tried again in ${Math.round(timing.retry / 1000)} s)`);
      later(timing.retry, () => {
        queue.addAll(id);
      });
    }
  }

  function later(milliseconds: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, milliseconds);
    timers.add(timer);
  }

  function warn(line: string): void {
    if (said.has(line)) return;
    said.add(line);
    onWarning(line);
  }

  function tell({ path: source }: Source, stage: LibraryChange['stage'], tally: Tally): void {
    const { found, changed, moved, returned, gone, added, updated } = tally;
    const counts = {
      ...{ found: found.size, changed: changed.size, moved: moved.size, returned: returned.size },
      ...{ gone: gone.size, added: added.size, updated: stage === 'read' ? 0 : updated.size },
    };
    if (tally.failed.has(source)) roots.missed(source);
    const failed = [...tally.failed.values()];
    if (failed.length === 0 && Object.values(counts).every((count) => count === 0)) return;
    onChange({ source, stage, ...counts, failed });
  }
}

/** Milliseconds beyond a beat that only a sleep explains. */
const SLEPT = 20_000;

function refusal(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOSPC')
    return 'the system watches no more folders; raise fs.inotify.max_user_watches to have changes at once';
  if (code === 'EMFILE' || code === 'ENFILE')
    return 'too many files are open; close other programs, or raise fs.inotify.max_user_instances';
  return `the system does not tell what changes in it (${cause instanceof Error ? cause.message : String(cause)})`;
}
