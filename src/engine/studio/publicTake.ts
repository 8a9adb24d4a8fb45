import { existsSync } from 'node:fs';
import type { Take } from '#shared/take.ts';
import type { StoredTake } from '../catalogue/takes.ts';

/** A take as the app shows it. */
export function publicTake(take: StoredTake): Take {
  const { recipe, parentId, descent, copy, copyOf, heardWith, sha256: _, ...own } = take;
  const { pack, neighbours, ...settings } = recipe;
  return {
    ...settings,
    candidate: recipe.candidate ?? 0,
    ...own,
    pack: `${pack.name} ${pack.version}`,
    neighbours: neighbours.map(({ id, name, caption, licence, similarity, weight, pinned, influence }) => ({
      ...{ id, name, caption, licence, similarity, weight, pinned, influence },
    })),
    copy:
      copy === null || copyOf === null
        ? null
        : { similarity: copy, neighbour: copyOf, isKnown: isKnown(heardWith) },
    parent: parentId === null || descent === null ? null : { takeId: parentId, descent },
    missing: !existsSync(take.path),
  };
}

/** What likeness means was measured for the ears that ship with the app, which heard all takes before others could. */
function isKnown(heardWith: string | null): boolean {
  return heardWith === null || heardWith.startsWith('starter ');
}
