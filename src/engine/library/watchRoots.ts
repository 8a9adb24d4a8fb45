import { stat } from 'node:fs/promises';

/** What no watch tells about: drives that come and go, and time that has passed while the machine slept. */
export interface RootWatch {
  /**
   * Looks at the folders' own entries.
   *
   * @returns those of the folders that are another one than at the last look, or that were reached then and now are not, or the
   *   reverse; all of them after a sleep
   */
  look(roots: readonly string[]): Promise<ReadonlySet<string>>;
  /** A listing did not reach the folder, which may have gone and come back between two looks: if it is there, it is news. */
  missed(root: string): void;
}

/**
 * @param slept milliseconds between two looks from which on the machine must have slept
 * @param now milliseconds by a clock that goes on while the machine sleeps
 */
export function watchRoots(slept: number, now: () => number = Date.now): RootWatch {
  const known = new Map<string, string>();
  const asked = new Map<string, Promise<string>>();
  let last = now();

  /** A drive that does not answer is asked once, and not again before it does. */
  function identity(root: string): Promise<string> {
    const answer = asked.get(root) ?? identityOf(root).finally(() => asked.delete(root));
    asked.set(root, answer);
    return Promise.race([answer, soon('no answer')]);
  }

  return {
    async look(roots) {
      const hasSlept = now() - last > slept;
      last = now();
      const found = await Promise.all(roots.map(identity));
      const changed = new Set<string>();
      for (const [index, root] of roots.entries()) {
        const earlier = known.get(root);
        known.set(root, found[index] ?? '');
        if (hasSlept || (earlier !== undefined && earlier !== found[index])) changed.add(root);
      }
      return changed;
    },
    missed(root) {
      known.set(root, GONE);
    },
  };
}

const GONE = 'gone';

/** Another drive in the same place is another folder. */
async function identityOf(root: string): Promise<string> {
  try {
    const { dev, ino } = await stat(root, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return GONE;
  }
}

/** Milliseconds that a drive is waited for. */
const PATIENCE = 2000;

function soon(value: string): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(() => {
      resolve(value);
    }, PATIENCE).unref();
  });
}
