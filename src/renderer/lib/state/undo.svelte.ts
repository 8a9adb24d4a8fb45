import type { Notices } from './notices.svelte.ts';

/** Something that the user did, with what takes it back. */
export interface Deed {
  /** As in "Undo delete 2 takes". */
  readonly what: string;
  /** Takes it back; returns what does it again. */
  readonly undo: () => Promise<() => Promise<unknown>>;
}

const KEPT = 200;

/** One history for everything in the window. */
export class UndoHistory {
  done = $state.raw<readonly Deed[]>([]);
  undone = $state.raw<readonly { readonly deed: Deed; readonly again: () => Promise<unknown> }[]>([]);
  readonly #notices: Notices;

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  add(deed: Deed): void {
    this.done = [...this.done.slice(-KEPT), deed];
    this.undone = [];
  }

  async undo(): Promise<void> {
    const deed = this.done.at(-1);
    if (!deed) return;
    this.done = this.done.slice(0, -1);
    await this.#notices.attempt(async () => {
      const again = await deed.undo();
      this.undone = [...this.undone, { deed, again }];
      this.#notices.note(`Undone: ${deed.what}`);
    });
  }

  async redo(): Promise<void> {
    const last = this.undone.at(-1);
    if (!last) return;
    this.undone = this.undone.slice(0, -1);
    await this.#notices.attempt(async () => {
      await last.again();
      this.done = [...this.done, last.deed];
    });
  }
}
