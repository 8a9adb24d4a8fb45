import { cosine } from '#core/retrieval/cosine.ts';
import type { Library } from '../context.ts';
import { retrieve } from './retrieve.ts';
import { keptCategoryPrompts } from './suggestPrompts.ts';

/** How many of the library's sounds have a vote, and the cosine below which one says nothing. */
const VOTERS = 10;
const NEAR = 0.6;

/**
 * CatIDs that a text may mean, the likeliest first: those of sounds in the library that say nearly the same, then those whose
 * names lie near it, where the names were embedded before. Takes tens of milliseconds.
 */
export async function suggestCatIds(library: Library, text: string, limit: number): Promise<string[]> {
  const [vector] = await library.analyser.embedTexts([text]);
  if (!vector) return [];
  const votes = new Map<string, number>();
  const { neighbours } = await retrieve(library, vector, { k: VOTERS, pins: [], bans: [] });
  for (const { sound, similarity, matchedBy } of neighbours) {
    if (!sound.catId || matchedBy !== 'caption' || similarity < NEAR) continue;
    votes.set(sound.catId, (votes.get(sound.catId) ?? 0) + similarity);
  }
  const voted = [...votes].sort((a, b) => b[1] - a[1]).map(([catId]) => catId);
  const named = (keptCategoryPrompts(library) ?? [])
    .map(({ catId, vector: name }) => ({ catId, similarity: cosine(vector, name) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, limit)
    .map(({ catId }) => catId);
  return [...new Set([...voted, ...named])].slice(0, limit);
}
