import type { SoundOrder } from '#core/text/soundOrder.ts';
import { parseSearchQuery, type SearchMode } from '#core/text/searchQuery.ts';
import { asRefoleyError } from '#core/errors.ts';
import type { AudioRef } from '#shared/channels/common.ts';
import { MOST_IDS } from '#shared/channels/library.ts';
import type { Sound } from '#shared/sound.ts';
import { call } from '../bridge.ts';

/** Which sounds are listed. */
export type Listing =
  | { readonly kind: 'filter'; readonly filter: string; readonly order: SoundOrder }
  | { readonly kind: 'search'; readonly text: string; readonly mode: SearchMode }
  | { readonly kind: 'like'; readonly refs: readonly AudioRef[]; readonly less: readonly AudioRef[] }
  | { readonly kind: 'ids'; readonly ids: readonly number[] };

/** A text without words is a filter: its list has an order, a length, and any page at once. */
export function listingOf(text: string, mode: SearchMode, order: SoundOrder): Listing {
  const { groups } = parseSearchQuery(text);
  return groups.length === 0 ? { kind: 'filter', filter: text, order } : { kind: 'search', text, mode };
}

const PAGE = 100;
/** Pages in memory: some screens in both directions, of any list. */
const KEPT = 60;

/**
 * A list of sounds, read a page at a time as rows come into view; what lies between is never read. A search has no length: it
 * grows by a page when its end is near.
 */
export class SoundList {
  listing = $state.raw<Listing | null>(null);
  /** Rows there are; of a search, those that are known. */
  count = $state(0);
  /** How many there are, where that is known. */
  total = $state<number | null>(null);
  problem = $state<string | null>(null);
  asking = $state(false);
  /** Rises whenever rows have come in or changed. */
  version = $state(0);
  readonly #pages = new Map<number, readonly Sound[]>();
  /** A search goes on after its last row. */
  #more = false;
  #number = 0;
  #range: readonly [number, number] = [0, PAGE];

  /** The sound in a row; undefined until it was read. */
  at(row: number): Sound | undefined {
    void this.version;
    return this.#pages.get(Math.floor(row / PAGE))?.[row % PAGE];
  }

  /** Lists something else, from its beginning. */
  async show(listing: Listing): Promise<void> {
    this.listing = listing;
    this.#range = [0, PAGE];
    await this.reload();
  }

  /** Reads again what is in view; what is shown stays until the answer is there. */
  async reload(): Promise<void> {
    const number = ++this.#number;
    const { listing } = this;
    if (!listing) return;
    const random = listing.kind === 'filter' || listing.kind === 'ids';
    const first = random ? Math.floor(this.#range[0] / PAGE) : 0;
    this.asking = true;
    try {
      const page = await read(listing, first * PAGE);
      if (number !== this.#number) return;
      this.#pages.clear();
      this.problem = null;
      this.#take(first, page);
    } catch (cause) {
      if (number !== this.#number) return;
      this.#pages.clear();
      Object.assign(this, { count: 0, total: null, problem: asRefoleyError(cause).message });
    }
    this.asking = false;
    this.version++;
    void this.#fill();
  }

  /** Rows that are seen, the last one excluded: what of them is not there is read. */
  see(first: number, end: number): void {
    this.#range = [first, end];
    if (!this.asking) void this.#fill();
  }

  /** Reads sounds again that have changed, where they are listed. */
  async refresh(ids: readonly number[]): Promise<void> {
    const changed = new Set(ids);
    const listed = [...this.#pages.values()].flat().filter(({ id }) => changed.has(id));
    for (let from = 0; from < listed.length; from += 500) {
      const asked = listed.slice(from, from + 500).map(({ id }) => id);
      const { results } = await call('library.sounds', { ids: asked });
      const now = new Map(results.map((sound) => [sound.id, sound]));
      for (const [place, page] of this.#pages)
        this.#pages.set(
          place,
          page.map((sound) => now.get(sound.id) ?? sound),
        );
    }
    if (listed.length > 0) this.version++;
  }

  /** The ids of rows, both included; no more than one edit takes. */
  async ids(first: number, last: number): Promise<number[]> {
    const end = Math.min(last + 1, first + MOST_IDS, this.count);
    const rows = Array.from({ length: Math.max(0, end - first) }, (_, place) => this.at(first + place));
    const known = rows.flatMap((sound) => (sound ? [sound.id] : []));
    const { listing } = this;
    if (known.length === rows.length || !listing) return known;
    if (listing.kind === 'ids') return listing.ids.slice(first, end);
    if (listing.kind !== 'filter') return known;
    const { filter, order } = listing;
    return [...(await call('library.ids', { filter, order, offset: first, limit: end - first }))];
  }

  #take(place: number, { results, total, next }: Page): void {
    this.#pages.set(place, results);
    this.total = total;
    if (next === undefined) this.count = total ?? 0;
    else {
      this.count = place * PAGE + results.length;
      this.#more = next !== null;
    }
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= KEPT || next !== undefined) break;
      this.#pages.delete(oldest);
    }
  }

  /** One page at a time, those in view first: rows that were scrolled past meanwhile are not asked for. */
  async #fill(): Promise<void> {
    const number = this.#number;
    for (;;) {
      const place = this.#missing();
      const { listing } = this;
      if (place === undefined || !listing) break;
      this.asking = true;
      const page = await read(listing, place * PAGE).catch((cause: unknown) => {
        if (number === this.#number) this.problem = asRefoleyError(cause).message;
      });
      if (number !== this.#number) return;
      if (!page) break;
      this.#take(place, page);
      this.version++;
    }
    this.asking = false;
  }

  #missing(): number | undefined {
    const [first, end] = this.#range;
    const pages = Math.ceil(this.count / PAGE);
    const grows = this.#more && this.listing?.kind !== 'filter' && this.listing?.kind !== 'ids';
    for (let place = Math.floor(first / PAGE); place * PAGE < end && place < pages; place++)
      if (!this.#pages.has(place)) return place;
    return grows && end >= this.count && pages * PAGE === this.count ? pages : undefined;
  }
}

interface Page {
  readonly results: readonly Sound[];
  readonly total: number | null;
  /** Where a search goes on; null at its end, undefined for a list. */
  readonly next?: number | null;
}

async function read(listing: Listing, offset: number): Promise<Page> {
  const page = { offset, limit: PAGE };
  switch (listing.kind) {
    case 'filter':
      return call('library.list', { filter: listing.filter, order: listing.order, ...page });
    case 'ids': {
      const ids = listing.ids.slice(offset, offset + PAGE);
      return { results: (await call('library.sounds', { ids })).results, total: listing.ids.length };
    }
    case 'search':
      return call('library.search', { text: listing.text, mode: listing.mode, ...page });
    case 'like': {
      const [to, ...more] = listing.refs;
      if (to === undefined) return { results: [], total: 0 };
      return call('library.similar', { to, more, less: [...listing.less], ...page });
    }
  }
}
