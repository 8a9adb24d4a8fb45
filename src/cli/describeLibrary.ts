import type { Sound } from '#engine/catalogue/sound.ts';
import type { ScanReport } from '#engine/library/scan.ts';
import type { SearchReport } from '#engine/searchActions.ts';
import type { VerifiedLibrary } from '#engine/verifiedLibrary.ts';

export function describeReport({ added, updated, unchanged, missing, failed, seconds }: ScanReport): string {
  const counts = `${added} added, ${updated} updated, ${unchanged} unchanged, ${missing} missing, ${failed.length} failed`;
  const failures = failed.map(({ path, message }) => `  ${path}: ${message}`);
  return [`${counts} (${seconds.toFixed(1)} s)`, ...failures].join('\n');
}

export function describeSounds({ sounds }: { readonly sounds: readonly Sound[] }): string {
  return sounds
    .map(({ id, path, caption, seconds, missing, problem }) => {
      const state = missing ? '  (missing)' : problem === null ? '' : `  (${problem})`;
      return `#${id}  ${seconds.toFixed(2)} s  ${caption || '-'}  ${path}${state}`;
    })
    .join('\n');
}

export function describeResults({ results, next, total, ms }: SearchReport): string {
  const lines = results.map(({ id, path, part, start, end, caption, similarity, matchedBy, rating }) => {
    const score = similarity === null ? matchedBy : similarity.toFixed(2);
    const place = part === 'file' ? '' : `  ${start.toFixed(2)}-${end.toFixed(2)} s`;
    const stars = rating === 0 ? '' : `  ${'*'.repeat(rating)}`;
    return `${score}  #${id}  ${caption || '-'}  ${path}${place}${stars}`;
  });
  const count = total === null ? `${results.length} shown` : `${results.length} of ${total}`;
  const more = next === null ? '' : `; more with --offset ${next}`;
  return [...lines, `${count} in ${Math.round(ms)} ms${more}`].join('\n');
}

export function describeVerified({
  ok,
  sources,
  sounds,
  integrity,
  failed,
  indexes,
}: VerifiedLibrary): string {
  const found = indexes.map(({ set, kind, size, state }) =>
    kind === null ? `index of ${set}: ${state}` : `index of ${set}: ${state}, ${kind}, ${size} sounds`,
  );
  return [
    `${sounds} sounds in ${sources} folders: ${ok ? 'all is well' : 'see below'}`,
    ...integrity.map((line) => `  the catalogue is damaged: ${line}`),
    ...failed.map(({ path, message }) => `  ${path}: ${message}`),
    ...found,
  ].join('\n');
}
