import { SvelteSet } from 'svelte/reactivity';
import type { Take } from '#shared/take.ts';
import { call, on } from '../bridge.ts';
import type { Notices } from './notices.svelte.ts';
import type { UndoHistory } from './undo.svelte.ts';
import { count } from '../format.ts';

/** How many more are read when the end of the grid comes into view. */
const PAGE = 60;

/** Every take that was made and not deleted, the newest first. */
export class TakesState {
  list = $state.raw<readonly Take[]>([]);
  total = $state(0);
  starredOnly = $state(false);
  text = $state('');
  readonly selected = new SvelteSet<number>();
  readonly #notices: Notices;
  readonly #undo: UndoHistory;
  #loading = 0;

  constructor(notices: Notices, undo: UndoHistory) {
    this.#notices = notices;
    this.#undo = undo;
    on('takes.changed', () => void this.reload());
  }

  /** Reads again what is shown. */
  async reload(limit = Math.max(PAGE, this.list.length + 8)): Promise<void> {
    const number = ++this.#loading;
    const { starredOnly: starred, text } = this;
    const page = await this.#notices.attempt(() =>
      call('takes.list', { limit: Math.min(500, limit), starred, text }),
    );
    if (!page || number !== this.#loading) return;
    this.list = page.takes;
    this.total = page.total;
  }

  /** Shows those that are asked for, from the newest on. */
  async show(filter: { readonly text?: string; readonly starredOnly?: boolean }): Promise<void> {
    Object.assign(this, filter);
    await this.reload(PAGE);
  }

  async more(): Promise<void> {
    if (this.list.length < this.total) await this.reload(this.list.length + PAGE);
  }

  byId(id: number): Take | undefined {
    return this.list.find((take) => take.id === id);
  }

  async star(take: Take): Promise<void> {
    await this.#notices.attempt(() => call('takes.update', { ids: [take.id], starred: !take.starred }));
  }

  async rename(take: Take, name: string): Promise<void> {
    if (name.trim() === '' || name === take.name) return;
    const rename = (to: string) => call('takes.update', { ids: [take.id], name: to });
    await this.#notices.attempt(async () => {
      await rename(name);
      this.#undo.add({
        what: `rename "${take.name}"`,
        undo: async () => {
          await rename(take.name);
          return () => rename(name);
        },
      });
    });
  }

  async delete(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const all = [...ids];
    const remove = () => call('takes.delete', { ids: all });
    const what = `delete ${count(all.length, 'take')}`;
    await this.#notices.attempt(async () => {
      await remove();
      for (const id of all) this.selected.delete(id);
      this.#undo.add({
        what,
        undo: async () => {
          await call('takes.restore', { ids: all });
          return remove;
        },
      });
      this.#notices.note(`Deleted ${count(all.length, 'take')}`, {
        label: 'Undo',
        run: () => this.#undo.undo(),
      });
    });
  }
}
