import { RefoleyError } from '#core/errors.ts';

/** As many as the window's history is long, and some that it has let go of. */
const KEPT = 400;

/** What takes edits back, by numbers: too large to travel to the window and back. It is gone when the engine is restarted. */
export function createUndos() {
  const kept = new Map<number, unknown>();
  let last = 0;
  return {
    keep(undo: unknown): number {
      kept.set(++last, undo);
      kept.delete(last - KEPT);
      return last;
    },
    /** @throws RefoleyError `not-found` for one that is no longer kept */
    take(number: number): unknown {
      if (kept.has(number)) return kept.get(number);
      throw new RefoleyError('not-found', 'this is too long ago to be undone: change it by hand');
    },
  };
}
