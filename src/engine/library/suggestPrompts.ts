import { createHash } from 'node:crypto';
import { meanDirection } from '#core/retrieval/suggestCategory.ts';
import type { CategoryPrompt } from '#core/retrieval/suggestCategory.ts';
import { ucsEntries } from '#core/text/ucs.ts';
import { ucsPrompts } from '#core/text/ucsPrompts.ts';
import { throwIfStopped } from './scanContext.ts';
import type { ScanContext } from './scanContext.ts';

/** Texts embedded in one call: a scan can be stopped in between. */
const BATCH = 128;

/** The UCS categories as the pack's text tower hears them: embedded once for each model, and kept in the catalogue. */
export async function categoryPrompts({
  catalogue,
  analyser,
  signal,
  onProgress,
}: Pick<ScanContext, 'catalogue' | 'analyser' | 'signal' | 'onProgress'>): Promise<CategoryPrompt[]> {
  const kept = keptCategoryPrompts({ catalogue, analyser });
  if (kept) return kept;
  const { catIds, texts, hash } = said();
  const all = texts.flat();
  const embedded: Float32Array[] = [];
  for (let from = 0; from < all.length; from += BATCH) {
    throwIfStopped(signal);
    embedded.push(...(await analyser.embedTexts(all.slice(from, from + BATCH))));
    onProgress?.({ stage: 'named', done: embedded.length, total: all.length });
  }
  let next = 0;
  const prompts = catIds.map((catId, row) => {
    const own = embedded.slice(next, (next += texts[row]?.length ?? 0));
    return { catId, vector: meanDirection(own) };
  });
  const dimension = prompts[0]?.vector.length ?? 0;
  const rows = new Float32Array(prompts.length * dimension);
  for (const [row, { vector }] of prompts.entries()) rows.set(vector, row * dimension);
  catalogue.write(() => {
    catalogue.suggestions.keepCategoryVectors(analyser.model, hash, rows);
  });
  return prompts;
}

/** Those of {@link categoryPrompts} that were embedded before; undefined where that is still to be done, which takes a while. */
export function keptCategoryPrompts({
  catalogue,
  analyser,
}: Pick<ScanContext, 'catalogue' | 'analyser'>): CategoryPrompt[] | undefined {
  const { catIds, hash } = said();
  const kept = catalogue.suggestions.categoryVectors(analyser.model, hash);
  if (!kept) return undefined;
  const dimension = kept.length / catIds.length;
  return catIds.map((catId, row) => ({
    catId,
    vector: kept.subarray(row * dimension, (row + 1) * dimension),
  }));
}

/** What is said of each category, and a hash of all of it. */
function said() {
  const catIds = [...ucsEntries().keys()];
  const texts = catIds.map(ucsPrompts);
  return { catIds, texts, hash: createHash('sha256').update(JSON.stringify(texts)).digest('hex') };
}
