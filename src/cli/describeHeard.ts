import type { MapFile, SuggestedSound } from '#engine/library/hearActions.ts';
import type { CategoryCoverage, CoverageReport } from '#engine/library/coverageReport.ts';
import type { DuplicateGroup } from '#engine/library/duplicates.ts';
import type { AcceptReport } from '#engine/library/suggestAccept.ts';

export function describeSuggestions({
  suggestions,
}: {
  readonly suggestions: readonly SuggestedSound[];
}): string {
  const lines = suggestions.map(({ id, path, caption, categories, tags }) => {
    const first = categories.slice(0, 3).map(({ catId, confidence }) => `${catId} ${percent(confidence)}`);
    const words = tags.map(({ tag, confidence }) => `${tag} ${percent(confidence)}`);
    return `#${id}  ${first.join(', ')}${words.length > 0 ? `  (${words.join(', ')})` : ''}  ${caption || '-'}  ${path}`;
  });
  return [...lines, `${suggestions.length} sounds with suggestions; nothing is decided`].join('\n');
}

export function describeAccepted({ accepted, skipped }: AcceptReport): string {
  const lines = accepted.map(
    ({ id, catId, tags, path }) => `#${id}  ${[catId, ...tags].join(', ')}  ${path}`,
  );
  const left = skipped.length > 0 ? `, ${skipped.length} left: nothing that sure is suggested` : '';
  return [...lines, `${accepted.length} accepted${left}`].join('\n');
}

const REASONS = { bytes: 'the same bytes', audio: 'the same recording', near: 'alike' } as const;

export function describeDuplicates({ groups }: { readonly groups: readonly DuplicateGroup[] }): string {
  const lines = groups.flatMap(({ why, similarity, sounds }) => [
    why === 'bytes' ? REASONS[why] : `${REASONS[why]} (similarity ${similarity.toFixed(3)})`,
    ...sounds.map(({ id, path, seconds }) => `  #${id}  ${seconds.toFixed(2)} s  ${path}`),
  ]);
  const files = groups.reduce((sum, { sounds }) => sum + sounds.length, 0);
  return [...lines, `${groups.length} groups of ${files} files; nothing was deleted`].join('\n');
}

/** @param detailed the CatIDs of each category too */
export function describeCoverage(
  { sounds, categories, verdicts }: CoverageReport,
  detailed: boolean,
): string {
  const head = row('', 'known', 'near', 'best', '');
  const lines = categories.flatMap((category) => [
    line(category.category, category),
    ...(detailed
      ? category.subcategories.map((kind) => line(`  ${kind.catId}  ${kind.subcategory.toLowerCase()}`, kind))
      : []),
  ]);
  const { good, fair, thin, none } = verdicts;
  const summary = `${sounds} sounds: ${good + fair + thin + none} kinds (CatIDs), ${good} good, ${fair} fair, ${thin} thin, ${none} none`;
  return [head, ...lines, summary].join('\n');
}

export function describeMap({
  sounds,
  explained: [first, second],
  path,
}: Pick<MapFile, 'sounds' | 'explained'> & { readonly path?: string }): string {
  const where = path ?? 'see the points with --json or --out';
  return `${sounds} sounds on a plane that shows ${percent(first)} and ${percent(second)} of their differences: ${where}`;
}

type Kind = Pick<CategoryCoverage, 'known' | 'near' | 'best' | 'verdict'>;

function line(name: string, { known, near, best, verdict }: Kind): string {
  return row(name, String(known), String(near), best === null ? '-' : best.toFixed(2), verdict);
}

function row(name: string, known: string, near: string, best: string, verdict: string): string {
  return `${name.padEnd(40)} ${known.padStart(6)} ${near.padStart(6)} ${best.padStart(6)}  ${verdict}`.trimEnd();
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
