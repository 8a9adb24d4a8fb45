import { cosine } from '#core/retrieval/cosine.ts';
import type { Library, Work } from '../context.ts';
import { categoryPrompts } from './suggestPrompts.ts';

/**
 * CatIDs that a text may mean, the likeliest first: by the cosine of its embedding with those of the categories' names.
 * @throws RefoleyError 'cancelled'
 */
export async function suggestCatIds(
  { catalogue, analyser }: Library,
  text: string,
  limit: number,
  { signal }: Work,
): Promise<string[]> {
  const [vector] = await analyser.embedTexts([text]);
  if (!vector) return [];
  const prompts = await categoryPrompts({ catalogue, analyser, signal, onProgress: undefined });
  return prompts
    .map(({ catId, vector: name }) => ({ catId, similarity: cosine(vector, name) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, limit)
    .map(({ catId }) => catId);
}
