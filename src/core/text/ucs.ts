import table from './ucs.json' with { type: 'json' };

/** A subcategory of the Universal Category System 8.2.1. https://universalcategorysystem.com */
export interface UcsEntry {
  /** Capitals as the standard has them: `DOORWood`. */
  readonly catId: string;
  /** In capitals: `DOORS`. */
  readonly category: string;
  /** In capitals: `WOOD`. */
  readonly subcategory: string;
  /** What the CatIDs of a kind begin with: `DOOR`. */
  readonly catShort: string;
  /** Lower case, without the words of category and subcategory and without plurals. */
  readonly synonyms: readonly string[];
  /** What belongs there, in a sentence or two; '' where the names say it all. */
  readonly explanation: string;
}

let entries: ReadonlyMap<string, UcsEntry> | undefined;
let categories: ReadonlyMap<string, readonly UcsEntry[]> | undefined;

/** All entries by CatID, categories together, in the order of the standard. */
export function ucsEntries(): ReadonlyMap<string, UcsEntry> {
  return (entries ??= new Map(readTable().map((entry) => [entry.catId, entry])));
}

/** By exact spelling; undefined for what is not on the list. */
export function ucsEntry(catId: string): UcsEntry | undefined {
  return ucsEntries().get(catId);
}

/** Whether a word is a CatID, by its exact spelling. */
export function isCatId(word: string): boolean {
  return ucsEntries().has(word);
}

/** The 82 categories with their subcategories, in the order of the standard. */
export function ucsByCategory(): ReadonlyMap<string, readonly UcsEntry[]> {
  return (categories ??= Map.groupBy(ucsEntries().values(), ({ category }) => category));
}

/**
 * The words of an entry for full-text search, in lower case, each once: those of category and subcategory first, then
 * those of the synonyms. `MISC` and `GENERAL` say nothing and are left out. Empty for what is not on the list.
 */
export function ucsWords(catId: string): string[] {
  const entry = ucsEntry(catId);
  if (!entry) return [];
  const text = [entry.category, entry.subcategory, ...entry.synonyms].join(' ').toLowerCase();
  return [...new Set(text.match(/[\p{L}\p{N}]+/gu))].filter((word) => !SAYS_NOTHING.has(word));
}

const SAYS_NOTHING = new Set(['misc', 'general']);

/** The lines are explained in scripts/ucs.mjs. */
function readTable(): UcsEntry[] {
  let category = '';
  let usualShort = '';
  return table.lines.flatMap((line) => {
    const [catId = '', subcategory = '', short = '', synonyms = '', explanation] = line.split('|');
    if (explanation === undefined) {
      [category, usualShort] = [catId, subcategory];
      return [];
    }
    const catShort = short === '' ? usualShort : short;
    const list = synonyms === '' ? [] : synonyms.split(',');
    return [{ catId, category, subcategory, catShort, synonyms: list, explanation }];
  });
}
