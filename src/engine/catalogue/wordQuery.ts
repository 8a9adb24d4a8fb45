/**
 * Turns what a person typed into an FTS5 query: each word quoted, so that no operator, quote or column filter in
 * it has a meaning, and a prefix, so that "squeak" finds "squeaking". '' when there is no word in it.
 * https://www.sqlite.org/fts5.html#full_text_query_syntax
 */
export function wordQuery(text: string, operator: 'AND' | 'OR'): string {
  const words = text.normalize('NFC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.map((word) => `"${word}"*`).join(` ${operator} `);
}
