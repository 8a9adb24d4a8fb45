import { ucsEntries, ucsWords } from './ucs.ts';
import type { UcsEntry } from './ucs.ts';

/** A word that more subcategories share stands for none of them: "truck" has 13, "car" over 30, "lorry" one. */
const MOST = 3;

let byWord: ReadonlyMap<string, readonly string[]> | undefined;

/**
 * The CatIDs that the words of a search name, side by side, by a synonym of the UCS or by its own names: "lorry" is what
 * is filed under VEHICLES-FREIGHT. The whole word only, in singular or plural; none for a word that more than three
 * subcategories share, which leaves nine in ten of the synonyms.
 */
export function categoriesNamed(words: readonly string[]): readonly string[] {
  byWord ??= readWords();
  const named = byWord.get(fold(words.join(' '))) ?? [];
  return named.length <= MOST ? named : [];
}

/**
 * The CatIDs that a value of the filter `cat:` means: a category (`doors`), else a CatID, a CatShort (`VEH`), a category
 * with its subcategory (`doors-wood`) or a subcategory (`helicopter`). Capitals and plurals do not matter. Empty when it
 * is none of these.
 */
export function categoryCatIds(value: string): string[] {
  const lower = value.toLowerCase();
  const folded = fold(value);
  const readings: readonly ((entry: UcsEntry) => boolean)[] = [
    ({ category }) => fold(category) === folded,
    ({ catId }) => catId.toLowerCase() === lower,
    ({ catShort }) => catShort.toLowerCase() === lower,
    ({ category, subcategory }) => fold(`${category} ${subcategory}`) === folded,
    ({ subcategory }) => fold(subcategory) === folded,
  ];
  const entries = [...ucsEntries().values()];
  const found = readings.map((reading) => entries.filter(reading)).find(({ length }) => length > 0);
  return (found ?? []).map(({ catId }) => catId);
}

function readWords(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { catId, synonyms } of ucsEntries().values()) {
    for (const word of [...ucsWords(catId), ...synonyms]) {
      const key = fold(word);
      found.set(key, (found.get(key) ?? new Set()).add(catId));
    }
  }
  return new Map([...found].map(([word, catIds]) => [word, [...catIds]]));
}

/** Lower case, words parted by one space, without accents and the s of a plural. */
function fold(text: string): string {
  const words =
    text
      .normalize('NFD')
      .replaceAll(/\p{M}+/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => word.replace(/(?<=[^s])s$/, '')).join(' ');
}
