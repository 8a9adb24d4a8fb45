import { ucsByCategory } from '#core/text/ucs.ts';
import type { WorkProgress } from '#shared/channel.ts';
import { call, callWork, on } from '../bridge.ts';
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

const WORK = 'map';
const COVERAGE_WORK = 'coverage';

/** The map and the holes of the library, as they were read last. */
export class MapState {
  points = $state.raw<Points | null>(null);
  coverage = $state.raw<readonly Coverage[] | null>(null);
  /** Which of both is being worked out, and how far. */
  working = $state.raw<{ readonly work: string; readonly progress: WorkProgress | null } | null>(null);
  problem = $state<string | null>(null);
  /** The library has changed since. */
  stale = $state(false);
  readonly #notices: Notices;

  constructor(notices: Notices) {
    this.#notices = notices;
    on('work.progress', ({ work, progress }) => {
      if (this.working?.work === work) this.working = { work, progress };
    });
    on('library.changed', ({ ids }) => {
      if (ids === null) this.stale = true;
    });
  }

  async load(): Promise<void> {
    await this.#attempt(WORK, async () => {
      this.points = fitted(await this.#read());
      this.stale = false;
    });
  }

  async loadCoverage(): Promise<void> {
    await this.#attempt(COVERAGE_WORK, async () => {
      this.coverage = await callWork('library.coverage', undefined, COVERAGE_WORK);
    });
  }

  async cancel(): Promise<void> {
    if (this.working) await call('work.cancel', { work: this.working.work });
  }

  async #attempt(work: string, act: () => Promise<void>): Promise<void> {
    if (this.working) return;
    this.working = { work, progress: null };
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
      const first = await callWork('library.map', { from: 0 }, WORK);
      const { epoch, total } = first;
      const [ids, places] = [new Int32Array(total), new Float32Array(2 * total)];
      const categories = new Uint8Array(total);
      let part = first;
      for (let from = 0; part.epoch === epoch; part = await callWork('library.map', { from }, WORK)) {
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
