import { ucsByCategory } from '#core/text/ucs.ts';
import { on } from '../bridge.ts';
import { LongCall } from './longCall.svelte.ts';
import type { Notices } from './notices.svelte.ts';

/** Where the sounds of the library lie, by rows. */
export interface Points {
  readonly ids: Int32Array;
  /** Row-major [ids, 2], between -1 and 1 in both directions. */
  readonly places: Float32Array;
  /** Places of UCS categories in the standard, from 1; 0 for none. */
  readonly categories: Uint8Array;
}

/** How well a subcategory is covered. */
export interface Coverage {
  readonly catId: string;
  readonly near: number;
  readonly verdict: 'none' | 'thin' | 'fair' | 'good';
}

/** Names of the categories by the numbers of {@link Points.categories}. */
export const categoryNames: readonly string[] = ['without a category', ...ucsByCategory().keys()];

/** The map and the holes of the library, as they were read last. */
export class MapState {
  points = $state.raw<Points | null>(null);
  coverage = $state.raw<readonly Coverage[] | null>(null);
  /** Which of both is being worked out. */
  working = $state<'map' | 'coverage' | null>(null);
  readonly work = new LongCall();
  problem = $state<string | null>(null);
  /** The library has changed since. */
  stale = $state(false);
  readonly #notices: Notices;

  constructor(notices: Notices) {
    this.#notices = notices;
    on('library.changed', ({ ids }) => {
      if (ids === null) this.stale = true;
    });
  }

  async load(): Promise<void> {
    await this.#attempt('map', async () => {
      this.points = fitted(await this.#read());
      this.stale = false;
    });
  }

  async loadCoverage(): Promise<void> {
    await this.#attempt('coverage', async () => {
      this.coverage = await this.work.run('library.coverage', undefined);
    });
  }

  async #attempt(what: 'map' | 'coverage', act: () => Promise<void>): Promise<void> {
    if (this.working) return;
    this.working = what;
    this.problem = null;
    try {
      await act();
    } catch (cause) {
      this.#notices.error(cause);
      this.problem = cause instanceof Error ? cause.message : String(cause);
    } finally {
      this.working = null;
    }
  }

  /** Part by part; anew where the library has changed meanwhile. */
  async #read(): Promise<Points> {
    for (;;) {
      const first = await this.work.run('library.map', { from: 0 });
      const { epoch, total } = first;
      const [ids, places] = [new Int32Array(total), new Float32Array(2 * total)];
      const categories = new Uint8Array(total);
      let part = first;
      for (let from = 0; part.epoch === epoch; part = await this.work.run('library.map', { from })) {
        ids.set(part.ids, from);
        places.set(part.points, 2 * from);
        categories.set(part.categories, from);
        from += part.ids.length;
        if (from >= total || part.ids.length === 0) return { ids, places, categories };
      }
    }
  }
}

/** Into the square from -1 to 1, the same scale both ways. */
function fitted({ places, ...points }: Points): Points {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  places.forEach((value, at) => {
    low[at % 2] = Math.min(low[at % 2] ?? value, value);
    high[at % 2] = Math.max(high[at % 2] ?? value, value);
  });
  const spans = [0, 1].map((axis) => (high[axis] ?? 0) - (low[axis] ?? 0));
  const half = Math.max(1e-6, ...spans) / 2;
  const middle = [0, 1].map((axis) => ((high[axis] ?? 0) + (low[axis] ?? 0)) / 2);
  return { ...points, places: places.map((value, at) => (value - (middle[at % 2] ?? 0)) / half) };
}
