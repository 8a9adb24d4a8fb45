import { ucsByCategory } from '#core/text/ucs.ts';
import type { Catalogue } from '../catalogue/open.ts';

export interface Completion {
  readonly text: string;
  readonly from: 'history' | 'caption' | 'ucs';
}

/** How many of each kind. */
const MOST = 4;

/** What a prompt might be going to say: prompts used before, captions of the library, terms of the UCS. */
export function completePrompt(catalogue: Catalogue, text: string): Completion[] {
  const typed = text.trim();
  if (typed.length < 2) return [];
  const history = catalogue.prompts.having(typed, MOST);
  const captions = catalogue.prompts.captions(typed, MOST);
  const found: Completion[] = [
    ...history.map((prompt): Completion => ({ text: prompt, from: 'history' })),
    ...captions.map((caption): Completion => ({ text: caption, from: 'caption' })),
    ...ucsTerms(typed).map((term): Completion => ({ text: term, from: 'ucs' })),
  ];
  const seen = new Set([typed.toLowerCase()]);
  return found.filter((each) => !seen.has(each.text.toLowerCase()) && seen.add(each.text.toLowerCase()));
}

/** Terms that begin with the last word typed, put in its place. */
function ucsTerms(typed: string): string[] {
  const before = typed.slice(0, typed.lastIndexOf(' ') + 1);
  const last = typed.slice(before.length).toLowerCase();
  if (last.length < 2) return [];
  const terms = [...ucsByCategory()].flatMap(([category, entries]) =>
    entries.map(({ subcategory }) => `${category} ${subcategory}`.toLowerCase()),
  );
  return terms
    .filter((term) => term.startsWith(last) || term.includes(` ${last}`))
    .slice(0, MOST)
    .map((term) => `${before}${term}`);
}
