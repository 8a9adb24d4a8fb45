import type { SearchMode } from '#core/text/searchQuery.ts';
import type { AudioRef } from '#shared/channels/common.ts';
import type { Source } from '#shared/channels/library.ts';
import { call, on } from '../bridge.ts';
import { count } from '../format.ts';
import { LongCall } from './longCall.svelte.ts';
import type { Notices } from './notices.svelte.ts';

/** A scan that runs, of which folder. */
export interface Scan {
  readonly folder: string;
  readonly work: LongCall;
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
  scans = $state.raw<readonly Scan[]>([]);
  /** Rises with every change of the library, so that lists know to read again. */
  version = $state(0);
  readonly #notices: Notices;

  constructor(notices: Notices) {
    this.#notices = notices;
    on('library.changed', () => this.version++);
  }

  async load(): Promise<void> {
    this.sources = await call('library.sources');
  }

  /** Adds folders, one after another. */
  async add(folders: readonly string[]): Promise<void> {
    for (const folder of folders) await this.#scan('library.add', folder);
  }

  async rescan(folder: string): Promise<void> {
    await this.#scan('library.rescan', folder);
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

  async #scan(how: 'library.add' | 'library.rescan', folder: string): Promise<void> {
    const scan: Scan = { folder, work: new LongCall() };
    this.scans = [...this.scans, scan];
    await this.#notices.attempt(async () => {
      try {
        const { added, updated, failed } = await scan.work.run(how, { folder });
        const bad = failed.length > 0 ? `; ${count(failed.length, 'file')} could not be read` : '';
        this.#notices.note(`${count(added, 'sound')} added, ${updated} brought up to date${bad}`);
      } finally {
        this.scans = this.scans.filter((each) => each !== scan);
        await this.load();
      }
    });
  }
}
