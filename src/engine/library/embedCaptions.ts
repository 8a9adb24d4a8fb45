import type { Source } from '../catalogue/sources.ts';
import { checkpoint } from './scanContext.ts';
import type { ScanContext } from './scanContext.ts';

/** Sounds a transaction, whose captions are embedded in one call. */
const BATCH = 256;
/** Caption vectors kept for later batches: 8 MB. */
const MAX_KEPT = 4096;

/**
 * Embeds the captions that have no vector yet, so that what was only read is found by meaning before it is heard.
 * Sounds that share a caption get the very same vector, so that they tie exactly when they are ranked.
 */
export async function embedCaptions(context: ScanContext, source: Source): Promise<void> {
  const { catalogue, analyser } = context;
  const { model } = analyser;
  const known = new Map<string, Float32Array>();
  let last = 0;
  for (;;) {
    await checkpoint(context, 'analysed');
    const sounds = catalogue.embeddings.captionsWithout(source.id, model, last, BATCH);
    if (sounds.length === 0) return;
    last = sounds.at(-1)?.id ?? last;
    if (known.size > MAX_KEPT) known.clear();
    const fresh = [...new Set(sounds.map(({ caption }) => caption))].filter((caption) => !known.has(caption));
    const vectors = await analyser.embedTexts(fresh);
    vectors.forEach((vector, index) => known.set(fresh[index] ?? '', vector));
    catalogue.write(() => {
      const epoch = catalogue.bumpEpoch();
      for (const { id, caption } of sounds) {
        const vector = known.get(caption);
        if (vector) catalogue.embeddings.put(id, 'text', model, epoch, vector);
      }
    });
  }
}
