import type { SoundOrder } from '#core/text/soundOrder.ts';
import { byFolder } from '#core/text/soundOrder.ts';
import { parseSearchQuery } from '#core/text/searchQuery.ts';
import type { AudioRef } from '#shared/channels/common.ts';
import { MOST_IDS } from '#shared/channels/library.ts';
import { call } from '../bridge.ts';
import { count } from '../format.ts';
import type { LibraryState } from './library.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import { listingOf, SoundList, type Listing } from './soundList.svelte.ts';

export interface Collection {
  readonly name: string;
  readonly sounds: number;
}

/** What the library's view lists, and which of it is chosen. */
export class BrowserState {
  readonly list = new SoundList();
  order = $state.raw<SoundOrder>(byFolder);
  /** Sounds that are listed whatever is searched for: what was caught on the map. */
  only = $state.raw<readonly number[] | null>(null);
  collections = $state.raw<readonly Collection[]>([]);
  /** Ids of what is done to several sounds. */
  chosen = $state.raw<ReadonlySet<number>>(new Set());
  /** The row that keys move from; null before one was chosen. */
  row = $state<number | null>(null);
  /** The sound whose caption is being written. */
  editing = $state<number | null>(null);
  /** Where a stretch of rows begins. */
  #anchor = 0;
  readonly #library: LibraryState;
  readonly #notices: Notices;

  constructor(library: LibraryState, notices: Notices) {
    this.#library = library;
    this.#notices = notices;
  }

  /** What is to be listed, from what is searched for. */
  get wanted(): Listing {
    const { like, more, less, text, mode } = this.#library;
    if (this.only) return { kind: 'ids', ids: this.only };
    if (like)
      return { kind: 'like', refs: [like, ...more].map(({ ref }) => ref), less: less.map(({ ref }) => ref) };
    return listingOf(text, mode, this.order);
  }

  /** The collection that is listed, and nothing else. */
  get collection(): string | null {
    const { text, like } = this.#library;
    if (like || this.only) return null;
    const { groups, filter } = parseSearchQuery(text);
    const [condition] = filter;
    if (groups.length > 0 || condition?.field !== 'collection' || condition.negated) return null;
    const asked = condition.values[0];
    return this.collections.find(({ name }) => name.toLowerCase() === asked)?.name ?? null;
  }

  /** How much is listed and chosen, in words. */
  get summary(): string {
    const { total, asking } = this.list;
    const listed = total === null ? (asking ? 'searching…' : 'the nearest first') : count(total, 'sound');
    return this.chosen.size > 1 ? `${listed}, ${this.chosen.size.toLocaleString('en')} chosen` : listed;
  }

  /** Lists what a text asks for, and nothing that was listed otherwise. */
  search(text: string): void {
    Object.assign(this.#library, { text, like: null, more: [], less: [] });
    this.only = null;
  }

  /** "More like this" and "less like that" beside what is listed now. */
  steer(direction: 'more' | 'less', one: { readonly ref: AudioRef; readonly name: string }): void {
    const library = this.#library;
    this.only = null;
    const others = (list: typeof library.more) => list.filter(({ ref }) => ref !== one.ref);
    if (!library.like) {
      if (direction === 'more') library.like = one;
      else this.#notices.note('Say first what you want more of: "less" moves away from something');
    } else if (library.like.ref !== one.ref) {
      const [more, less] = [others(library.more), others(library.less)];
      library.more = direction === 'more' ? [...more, one] : more;
      library.less = direction === 'less' ? [...less, one] : less;
    }
  }

  async loadCollections(): Promise<void> {
    this.collections = await call('collections.list');
  }

  /** Chooses one row, or a stretch to it from the row that was chosen before, or adds it to what is chosen. */
  async choose(row: number, how: 'one' | 'to' | 'toggle' = 'one'): Promise<void> {
    const sound = this.list.at(row);
    this.row = row;
    if (how === 'to') {
      const [first, last] = [Math.min(this.#anchor, row), Math.max(this.#anchor, row)];
      await this.#chooseRows(first, last);
      return;
    }
    this.#anchor = row;
    if (how === 'one') this.chosen = new Set(sound ? [sound.id] : []);
    else if (sound) {
      const chosen = new Set(this.chosen);
      if (!chosen.delete(sound.id)) chosen.add(sound.id);
      this.chosen = chosen;
    }
  }

  async chooseAll(): Promise<void> {
    await this.#chooseRows(0, this.list.count - 1);
  }

  async #chooseRows(first: number, last: number): Promise<void> {
    const ids = await this.#notices.attempt(() => this.list.ids(first, last));
    if (!ids) return;
    this.chosen = new Set(ids);
    if (last - first + 1 > MOST_IDS)
      this.#notices.note(`The first ${count(MOST_IDS, 'sound')} are chosen: no more are changed at once`);
  }
}
