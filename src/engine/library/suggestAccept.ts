import { RefoleyError } from '#core/errors.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { editSounds } from './editSounds.ts';

export interface AcceptRequest {
  /** Sounds whose suggestions the user agrees with; undefined: all that are sure enough. */
  readonly ids?: readonly number[] | undefined;
  /** Confidence, 0..1; below it a suggestion is not taken. */
  readonly atLeast: number;
}

export interface AcceptReport {
  readonly accepted: readonly {
    readonly id: number;
    readonly path: string;
    readonly catId: string;
    readonly tags: readonly string[];
  }[];
  /** Nothing that sure is suggested for them, or somebody has said what they are. */
  readonly skipped: readonly number[];
}

/**
 * Makes suggestions what they are not before: the CatID and tags of sounds, by the user's decision, all in one write.
 * Of a sound's CatIDs the surest is taken.
 *
 * @throws RefoleyError `not-found` for an id that is no sound; nothing is written then
 */
export function acceptSuggestions(
  catalogue: Catalogue,
  model: string,
  { ids, atLeast }: AcceptRequest,
): AcceptReport {
  return catalogue.write(() => {
    const accepted: AcceptReport['accepted'][number][] = [];
    const skipped: number[] = [];
    for (const id of new Set(ids ?? catalogue.suggestions.surest(model, atLeast))) {
      const sound = catalogue.sounds.byId(id);
      if (!sound)
        throw new RefoleyError(
          'not-found',
          `there is no sound ${id}: \`library suggest\` lists those with suggestions`,
        );
      const suggested = catalogue.suggestions.get(id, model);
      const [best] = suggested.categories;
      if (!best || best.confidence < atLeast) {
        skipped.push(id);
        continue;
      }
      const sure = suggested.tags.filter(({ confidence }) => confidence >= atLeast);
      const tags = [...new Set([...sound.tags, ...sure.map(({ tag }) => tag)])];
      const added = tags.slice(sound.tags.length);
      editSounds(catalogue, [id], { catId: best.catId, ...(added.length > 0 ? { addTags: added } : {}) });
      catalogue.suggestions.remove(id);
      accepted.push({ id, path: sound.path, catId: best.catId, tags });
    }
    return { accepted, skipped };
  });
}
