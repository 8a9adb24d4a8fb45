/**
 * Why files are in one group: the same bytes; the same recording with other metadata or in another format; sounds that a
 * library would call variants.
 */
export type DuplicateReason = 'bytes' | 'audio' | 'near';

const WEAKNESS: Record<DuplicateReason, number> = { bytes: 0, audio: 1, near: 2 };

interface Group {
  readonly ids: readonly number[];
  readonly why: DuplicateReason;
  readonly similarity: number;
}

/** Groups of ids that grow together (union-find); the root of each is its lowest id. */
export function createGroups() {
  const parents = new Map<number, number>();
  const found = new Map<number, { why: DuplicateReason; similarity: number }>();

  const rootOf = (id: number): number => {
    let root = id;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    // Later questions take one step.
    for (let at = id; at !== root;) {
      const next = parents.get(at) ?? root;
      parents.set(at, root);
      at = next;
    }
    return root;
  };

  return {
    rootOf,
    joined: (a: number, b: number): boolean => rootOf(a) === rootOf(b),
    join(a: number, b: number, why: DuplicateReason, similarity: number): void {
      const [root, other] = [rootOf(a), rootOf(b)].sort((x, y) => x - y) as [number, number];
      const joined = [{ why, similarity }, found.get(root), found.get(other)].filter(
        (group) => group !== undefined,
      );
      if (root !== other) parents.set(other, root);
      found.delete(other);
      found.set(root, {
        why: joined.reduce(
          (weakest, group) => (WEAKNESS[group.why] > WEAKNESS[weakest] ? group.why : weakest),
          why,
        ),
        similarity: Math.min(...joined.map((group) => group.similarity)),
      });
    },
    /** Those of two and more, the largest first. */
    list(): Group[] {
      const members = new Map<number, number[]>();
      for (const id of new Set([...parents.keys(), ...found.keys()])) {
        const root = rootOf(id);
        members.set(root, [...(members.get(root) ?? []), id]);
      }
      return [...found]
        .map(([root, group]) => ({ ids: (members.get(root) ?? []).sort((a, b) => a - b), ...group }))
        .sort((a, b) => b.ids.length - a.ids.length || (a.ids[0] ?? 0) - (b.ids[0] ?? 0));
    },
  };
}
