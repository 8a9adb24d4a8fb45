import type { TakeSettings } from '#core/pipeline/settings.ts';
import type { Pin } from '#core/retrieval/selectNeighbours.ts';
import type { Library } from '../context.ts';
import { retrieve, type Neighbour, type Retrieved } from '../library/retrieve.ts';
import { isUnchanged, requireUnchanged } from './unchanged.ts';

export interface Choice {
  readonly pins: readonly Pin[];
  readonly bans: readonly number[];
}

/**
 * The neighbours of a take. One whose file is gone or has changed since it was added makes room for the next; one that is
 * pinned is the user's own choice, so its loss is an error.
 * @param embedding CLAP text embedding of the prompt, unit length
 * @throws RefoleyError 'not-found' for a pin whose file is gone or has changed; that of `retrieve`
 */
export async function findNeighbours(
  library: Library,
  embedding: Float32Array,
  { k, retrieval }: Pick<TakeSettings, 'k' | 'retrieval'>,
  { pins, bans }: Choice,
  warn: (line: string) => void,
): Promise<Retrieved> {
  const lost: number[] = [];
  for (;;) {
    const retrieved = await retrieve(library, embedding, { k, pins, bans: [...bans, ...lost] });
    if (retrieval === 'none') return { neighbours: [], passedOver: [] };
    const found = retrieved.neighbours;
    for (const { pinned, sound } of found) if (pinned) await requireUnchanged(sound);
    const changed: Neighbour[] = [];
    for (const neighbour of found) if (!(await isUnchanged(neighbour.sound))) changed.push(neighbour);
    if (changed.length === 0) {
      if (found.length < k) {
        warn(`only ${found.length} of ${k} neighbours were found: add sounds, or run \`library rescan\``);
      }
      return retrieved;
    }
    for (const { id, sound } of changed) {
      lost.push(id);
      warn(`${sound.path} is gone or has changed since it was added: run \`library rescan\``);
    }
  }
}
