import { basename } from 'node:path';
import type { Selection } from '#core/retrieval/selectNeighbours.ts';
import { stemmedWords } from '#core/text/sharedWords.ts';
import type { Neighbour, PassedOver } from '#shared/neighbour.ts';
import { publicSound } from '../catalogue/sound.ts';
import type { Library } from '../context.ts';
import { retrieve } from '../library/retrieve.ts';

export interface Preview {
  readonly neighbours: readonly Neighbour[];
  readonly passedOver: readonly PassedOver[];
}

/** How many of those passed over are shown. */
const SHOWN_PASSED_OVER = 5;

/** The neighbours that a take of this prompt would have now, each with what speaks for it. */
export async function previewNeighbours(
  library: Library,
  prompt: string,
  selection: Selection,
): Promise<Preview> {
  const [vector] = await library.analyser.embedTexts([prompt]);
  if (!vector) return { neighbours: [], passedOver: [] };
  const { neighbours, passedOver } = await retrieve(library, vector, selection);
  const asked = stemmedWords(prompt);
  return {
    neighbours: neighbours.map(({ sound, similarity, matchedBy, weight, pinned }) => ({
      ...{ similarity, matchedBy, weight, pinned },
      sound: publicSound(sound),
      sharedWords: [...stemmedWords(`${sound.caption} ${basename(sound.path)}`)]
        .filter(([stem]) => asked.has(stem))
        .map(([, word]) => word),
    })),
    passedOver: passedOver
      .slice(0, SHOWN_PASSED_OVER)
      .map(({ sound, reason }) => ({ sound: publicSound(sound), reason })),
  };
}
