import { cosine } from '#core/retrieval/cosine.ts';
import type { Library } from '../context.ts';
import { retrieve } from './retrieve.ts';
import { keptCategoryPrompts } from './suggestPrompts.ts';

/** How many of the library's sounds have a vote. */
const VOTERS = 10;
/** Cosines of captions that say nearly the same, and of those that say something like it. */
const SAME = 0.6;
const LIKE = 0.4;

/**
 * CatIDs that a text may mean, the likeliest first: those of sounds in the library that say nearly the same, then those whose
 * names lie near it, where the names were embedded before, then those of sounds that say something like it. Takes a tenth
 * of a second.
 */
export async function suggestCatIds(library: Library, text: string, limit: number): Promise<string[]> {
  const [vector] = await library.analyser.embedTexts([text]);
  if (!vector) return [];
  const { neighbours } = await retrieve(library, vector, { k: VOTERS, pins: [], bans: [] });
  const voted = (least: number): string[] => {
    const votes = new Map<string, number>();
    for (const { sound, similarity, matchedBy } of neighbours) {
      if (!sound.catId || matchedBy !== 'caption' || similarity < least) continue;
      votes.set(sound.catId, (votes.get(sound.catId) ?? 0) + similarity);
    }
    return [...votes].sort((a, b) => b[1] - a[1]).map(([catId]) => catId);
  };
  const named = (keptCategoryPrompts(library) ?? [])
    .map(({ catId, vector: name }) => ({ catId, similarity: cosine(vector, name) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, limit)
    .map(({ catId }) => catId);
  return [...new Set([...voted(SAME), ...named, ...voted(LIKE)])].slice(0, limit);
}
