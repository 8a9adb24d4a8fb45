import type { LibraryChange } from '#engine/library/watch.ts';

const COUNTS = {
  found: 'found',
  changed: 'changed',
  moved: 'moved',
  returned: 'back again',
  gone: 'gone',
  added: 'added',
  updated: 'updated',
} as const;

/** "/sounds: 3 found, 1 gone", and a line for each file that failed. */
export function describeChange(change: LibraryChange): string {
  const keys = Object.keys(COUNTS) as (keyof typeof COUNTS)[];
  const counts = keys.filter((key) => change[key] > 0).map((key) => `${change[key]} ${COUNTS[key]}`);
  if (change.failed.length > 0) counts.push(`${change.failed.length} failed`);
  const failures = change.failed.map(({ path, message }) => `  ${path}: ${message}`);
  return [`${change.source}: ${counts.join(', ')}`, ...failures].join('\n');
}

export function describeWatched(totals: Readonly<Record<string, number>>): string {
  const { added = 0, updated = 0, moved = 0, gone = 0, failed = 0 } = totals;
  return `watched: ${added} added, ${updated} updated, ${moved} moved, ${gone} gone, ${failed} failed`;
}
