import { RefoleyError } from '#core/errors.ts';
import { parseSearchQuery, searchModes } from '#core/text/searchQuery.ts';
import type { SearchMode, SearchQuery } from '#core/text/searchQuery.ts';

/** @throws RefoleyError `input` for a mode that is none */
export function requireMode(requested: string): SearchMode {
  const mode = searchModes.find((known) => known === requested);
  if (mode) return mode;
  throw new RefoleyError('input', `the search mode must be one of ${searchModes.join(', ')}`);
}

/** @throws RefoleyError `input` for a text that asks for nothing */
export function requireQuery(text: string): SearchQuery {
  const query = parseSearchQuery(text);
  if (query.groups.length + query.excluded.length + query.filter.length > 0) return query;
  throw new RefoleyError('input', 'there is nothing to search for: describe a sound');
}
