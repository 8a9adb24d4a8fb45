import { cosine } from '#core/retrieval/cosine.ts';
import { asRefoleyError } from '#core/errors.ts';
import type { StoredTake } from '../catalogue/takes.ts';
import type { Library } from '../context.ts';
import { createWakeable } from './wakeable.ts';

/** Follows the model's name where it has not heard all neighbours yet: the take is listened to again at another start. */
const IN_PART = ', in part';

/**
 * Listens to a take: its waveform for drawing, how well it fits its prompt (cosine of the CLAP embeddings), and how near it
 * comes to the neighbour that it is nearest to, which tells use of the library from a copy of it.
 */
async function listenToTake({ catalogue, analyser, model }: Library, take: StoredTake): Promise<void> {
  const [heard, [prompt]] = await Promise.all([
    analyser.analyse(take.path, [{ start: 0, end: null }]),
    analyser.embedTexts([take.recipe.prompt]),
  ]);
  // Its file is gone or damaged: the take says so by itself.
  if ('problem' in heard) return;
  const [vector] = heard.vectors;
  if (!vector || !prompt) return;
  let isWhole = true;
  const near = take.recipe.neighbours.flatMap(({ id }) => {
    const own = catalogue.embeddings.get(id, 'audio', model);
    if (!own && catalogue.sounds.byId(id)) isWhole = false;
    return own ? [{ neighbour: id, similarity: cosine(vector, own) }] : [];
  });
  const nearest = near.sort((a, b) => b.similarity - a.similarity)[0] ?? null;
  catalogue.write(() =>
    catalogue.takes.heard(take.id, isWhole ? model : `${model}${IN_PART}`, cosine(vector, prompt), nearest),
  );
}

export interface Listening {
  add(takeIds: readonly number[]): void;
  /** Resolves when all were listened to. */
  idle(): Promise<void>;
}

/** Listens to takes one after another, the newest first, while other work goes on. */
export function createListening(
  open: () => Promise<Library>,
  onHeard: (takeId: number) => void,
  warn: (line: string) => void,
): Listening {
  const waiting: number[] = [];
  const worker = createWakeable(async () => {
    try {
      const library = await open();
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        const take = library.catalogue.takes.byId(id);
        if (!take) continue;
        await listenToTake(library, take);
        onHeard(id);
      }
    } catch (cause) {
      const { kind, message } = asRefoleyError(cause);
      if (kind !== 'cancelled') warn(`a take could not be listened to: ${message}`);
    }
  });
  return {
    add(takeIds) {
      waiting.push(...takeIds);
      if (waiting.length > 0) worker.wake();
    },
    idle: () => worker.idle(),
  };
}
