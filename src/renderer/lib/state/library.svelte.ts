import { SvelteMap } from 'svelte/reactivity';
import type { SearchMode } from '#core/text/searchQuery.ts';
import type { AudioRef } from '#shared/channels/common.ts';
import type { Source } from '#shared/channels/library.ts';
import type { WorkProgress } from '#shared/channel.ts';
import { call, callWork, on } from '../bridge.ts';
import { count } from '../format.ts';
import type { Notices } from './notices.svelte.ts';

/** A scan that runs: of which folder, how far, and the name by which it is ended. */
export interface Scan {
  readonly work: string;
  readonly folder: string;
  readonly progress: WorkProgress | null;
}

/** A sound that others are to be like. */
export interface Like {
  readonly ref: AudioRef;
  readonly name: string;
}

/** The library's folders and what is being done to them, and what its panel is asked for. */
export class LibraryState {
  text = $state('');
  mode = $state<SearchMode>('both');
  /** "More like this" instead of a text. */
  like = $state.raw<Like | null>(null);
  /** What is wanted, and not wanted, beside it. */
  more = $state.raw<readonly Like[]>([]);
  less = $state.raw<readonly Like[]>([]);
  sources = $state.raw<readonly Source[]>([]);
  readonly scans = new SvelteMap<string, Scan>();
  /** Rises with every change of the library, so that lists know to read again. */
  version = $state(0);
  readonly #notices: Notices;
  #works = 0;

  constructor(notices: Notices) {
    this.#notices = notices;
    on('library.changed', () => this.version++);
    on('work.progress', ({ work, progress }) => {
      const scan = this.scans.get(work);
      if (scan) this.scans.set(work, { ...scan, progress });
    });
  }

  async load(): Promise<void> {
    this.sources = await call('library.sources');
  }

  /** Adds folders, one after another. */
  async add(folders: readonly string[]): Promise<void> {
    for (const folder of folders)
      await this.#scan(folder, (work) => callWork('library.add', { folder }, work));
  }

  async rescan(folder: string): Promise<void> {
    await this.#scan(folder, (work) => callWork('library.rescan', { folder }, work));
  }

  async remove(folder: string): Promise<void> {
    await this.#notices.attempt(async () => {
      const { removed } = await call('library.remove', { folder });
      this.#notices.note(
        `${count(removed, 'sound')} taken out of the library; the files stay where they are`,
      );
      await this.load();
    });
  }

  async cancel(work: string): Promise<void> {
    await call('work.cancel', { work });
  }

  async #scan(
    folder: string,
    act: (work: string) => Promise<{ added: number; updated: number; failed: readonly unknown[] }>,
  ): Promise<void> {
    const work = `scan ${++this.#works}`;
    this.scans.set(work, { work, folder, progress: null });
    await this.#notices.attempt(async () => {
      try {
        const { added, updated, failed } = await act(work);
        const bad = failed.length > 0 ? `; ${count(failed.length, 'file')} could not be read` : '';
        this.#notices.note(`${count(added, 'sound')} added, ${updated} brought up to date${bad}`);
      } finally {
        this.scans.delete(work);
        await this.load();
      }
    });
  }
}
