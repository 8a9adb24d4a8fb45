/** Words that say nothing about a sound. */
const SMALL = new Set(
  'a an and as at by for from in into is it of off on onto or the then to up with'.split(' '),
);

/**
 * The words of a text by their stem (plural and verb endings cut), so that "creaks" meets "creaking". For showing what two
 * texts have in common; searches use FTS5's own stemmer.
 */
export function stemmedWords(text: string): Map<string, string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const meant = words.filter((word) => word.length > 1 && !SMALL.has(word));
  return new Map(meant.map((word) => [stem(word), word]));
}

function stem(word: string): string {
  for (const ending of ['ings', 'ing', 'edly', 'ed', 'ies', 'es', 's', 'ly', 'y', 'e'])
    if (word.endsWith(ending) && word.length - ending.length >= 3) return word.slice(0, -ending.length);
  return word;
}
