import type { Collection } from '#engine/catalogue/collections.ts';
import type { SavedSearch } from '#engine/catalogue/savedSearches.ts';
import type { EditReport } from '#engine/editActions.ts';
import type { TermsReport } from '#engine/library/terms.ts';
import { describeSounds } from './describeLibrary.ts';

export function describeEdit({ sounds, changed }: EditReport): string {
  const lines = sounds.length === 0 ? [] : [describeSounds({ sounds })];
  return [...lines, `${changed.length} sounds changed`].join('\n');
}

export function describeTerms({ source, rules, changed }: TermsReport): string {
  const lines = rules.map(({ folder, licence, author, mayCondition }) => {
    const may =
      mayCondition === null ? '' : mayCondition ? 'takes may lean on them' : 'takes must not lean on them';
    const said = [licence ?? '', author && `by ${author}`, may].filter(
      (part) => part !== '' && part !== null,
    );
    return `  ${folder === '' ? 'all' : folder}: ${said.join(', ')}`;
  });
  const none = `${source} has no terms of its own`;
  return [
    ...(rules.length === 0 ? [none] : [`terms of ${source}`, ...lines]),
    `${changed} sounds changed`,
  ].join('\n');
}

export function describeCollections({
  collections,
}: {
  readonly collections: readonly Collection[];
}): string {
  if (collections.length === 0) return 'there is no collection yet';
  return collections.map(({ name, sounds }) => `${name}  (${sounds} sounds)`).join('\n');
}

export function describeSearches({ searches }: { readonly searches: readonly SavedSearch[] }): string {
  if (searches.length === 0) return 'there is no saved search yet';
  return searches.map(({ name, text, mode }) => `${name}  (${mode}): ${text}`).join('\n');
}
