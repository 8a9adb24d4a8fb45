import { setImmediate } from 'node:timers/promises';
import { suggestCategories } from '#core/retrieval/suggestCategory.ts';
import type { CategoryPrompt, Guess } from '#core/retrieval/suggestCategory.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { Source } from '../catalogue/sources.ts';
import type { Suggested, SuggestibleSound } from '../catalogue/suggestions.ts';
import type { Analyser } from './analyser.ts';
import { throwIfStopped } from './scanContext.ts';
import type { ScanContext } from './scanContext.ts';
import { categoryPrompts } from './suggestPrompts.ts';
import { openVoters } from './suggestVoters.ts';
import type { Voters } from './suggestVoters.ts';

/** Sounds a transaction: what a kill can cost. */
const BATCH = 256;
/** Milliseconds after which others have their turn. */
const TURN = 20;
/** Of the labelled sounds: when so many have come, gone or changed, all suggestions are made anew. */
const CHANGED = 0.1;

/**
 * Last stage of a scan: suggested CatIDs for the sounds that have none from their metadata or the user, and suggested tags
 * for those of them without text, from the space of CLAP. They are kept apart from what is known, and are made anew when
 * the sound has other embeddings, the model is another, or the labelled sounds are others: when the numbers of sounds
 * under all CatIDs have changed by a tenth altogether since the last round. A scan that is stopped goes on with the rest.
 *
 * @throws RefoleyError `cancelled`
 */
export async function suggestForSource(context: ScanContext, source: Source): Promise<void> {
  const { catalogue, analyser, signal, onProgress } = context;
  const round = roundOf(catalogue, analyser.model);
  const next = (after: number) => catalogue.suggestions.due(source.id, analyser.model, round, after, BATCH);
  let sounds = next(0);
  let done = 0;
  if (sounds.length === 0) return;
  const prompts = await categoryPrompts(context);
  const voters = await openVoters(context);
  while (sounds.length > 0) {
    const made: Suggested[] = [];
    let turn = performance.now();
    for (const sound of sounds) {
      made.push(suggestionsOf(sound, prompts, analyser, voters));
      if (performance.now() - turn < TURN) continue;
      await setImmediate();
      throwIfStopped(signal);
      turn = performance.now();
    }
    const batch = sounds;
    catalogue.write(() => {
      for (const [place, sound] of batch.entries()) {
        const suggested = made[place];
        if (suggested) catalogue.suggestions.put(sound, round, suggested);
      }
    });
    throwIfStopped(signal);
    done += sounds.length;
    onProgress?.({ stage: 'suggested', done, total: done });
    sounds = next(sounds.at(-1)?.id ?? Infinity);
  }
}

/** The present round of suggestions; a new one where the labelled sounds have changed enough. */
function roundOf(catalogue: Catalogue, model: string): number {
  const now = catalogue.suggestions.labels();
  const last = catalogue.suggestions.lastRound(model);
  if (last && !changedEnough(last.labels, now)) return last.id;
  return catalogue.write(() => catalogue.suggestions.addRound(model, now));
}

function changedEnough(before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): boolean {
  let [changed, whole] = [0, 0];
  for (const catId of new Set([...before.keys(), ...now.keys()])) {
    const count = before.get(catId) ?? 0;
    changed += Math.abs((now.get(catId) ?? 0) - count);
    whole += count;
  }
  return changed > whole * CHANGED;
}

function suggestionsOf(
  sound: SuggestibleSound,
  prompts: readonly CategoryPrompt[],
  { calibration }: Analyser,
  voters: Voters,
): Suggested {
  const { catIds, tags } = suggestCategories(sound, prompts, calibration, voters(sound.audio));
  return {
    categories: catIds.map(({ name, confidence }) => ({ catId: name, confidence: rounded(confidence) })),
    tags: sound.wantsTags ? tags.map(tagOf) : [],
  };
}

function tagOf({ name, confidence }: Guess) {
  return { tag: name, confidence: rounded(confidence) };
}

/** Nobody tells more than a thousandth apart. */
function rounded(confidence: number): number {
  return Math.round(confidence * 1000) / 1000;
}
