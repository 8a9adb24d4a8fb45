import { z } from 'zod';
import { RefoleyError } from '#core/errors.ts';
import type { Collection } from '../catalogue/collections.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { SavedSearch } from '../catalogue/savedSearches.ts';
import { recordChange, requireSounds } from './editSounds.ts';
import { requireMode, requireQuery } from './searchRequest.ts';
import { noUndo } from './undo.ts';
import type { Undo } from './undo.ts';

const nameSchema = z
  .string()
  .transform((name) =>
    name
      .normalize('NFC')
      .replaceAll(/[\p{C}\s]+/gu, ' ')
      .trim(),
  )
  .pipe(
    z
      .string()
      .min(1, 'the name is empty: give it one')
      .max(100, 'the name must be at most 100 characters long'),
  );

/** A collection as it is now or, deleted, was last. */
export interface ChangedCollection extends Collection {
  /** How many sounds came or went. */
  readonly changed: number;
  /** Those of the sounds asked about that came or went. */
  readonly changedIds: readonly number[];
  readonly undo: Undo;
}

/** @throws RefoleyError `input` for a name that is empty or taken */
export function createCollection(catalogue: Catalogue, name: string): ChangedCollection {
  const wanted = checkName(name);
  return catalogue.write(() => {
    const taken = catalogue.collections.byName(wanted);
    if (taken) throw new RefoleyError('input', `there is a collection "${taken.name}" already`);
    const id = catalogue.collections.create(wanted);
    const collection = requireCollection(catalogue, wanted);
    return { ...collection, changed: 0, changedIds: [], undo: { ...noUndo, madeCollections: [id] } };
  });
}

/**
 * Puts sounds into a collection, or takes them out of it: all of them or, if one id is no sound, none. An event becomes the
 * user's region, so that it outlives the next analysis.
 *
 * @returns the collection, and the sounds that it was news for
 * @throws RefoleyError `not-found` for a name or ids that are not there
 */
export function changeCollection(
  catalogue: Catalogue,
  name: string,
  ids: readonly number[],
  change: 'add' | 'remove',
): ChangedCollection {
  return catalogue.write(() => {
    const { id } = requireCollection(catalogue, name);
    const sounds = requireSounds(catalogue, ids);
    const files = new Set(sounds.map(({ fileId }) => fileId));
    let changedIds: number[] = [];
    const { undo } = recordChange(catalogue, files, () => {
      const soundIds = sounds.map((sound) => sound.id);
      changedIds =
        change === 'add' ? catalogue.collections.add(id, soundIds) : catalogue.collections.take(id, soundIds);
      if (change === 'add') for (const soundId of soundIds) catalogue.sounds.claim(soundId, 'event');
      return soundIds;
    });
    return { ...requireCollection(catalogue, name), changed: changedIds.length, changedIds, undo };
  });
}

/** Removes a collection; its sounds stay in the library. @throws RefoleyError `not-found` */
export function deleteCollection(catalogue: Catalogue, name: string): ChangedCollection {
  return catalogue.write(() => {
    const { sounds, ...collection } = requireCollection(catalogue, name);
    const members = catalogue.collections
      .soundsOf(collection.id)
      .map((soundId) => ({ collectionId: collection.id, soundId }));
    catalogue.collections.remove(collection.id);
    return {
      ...collection,
      sounds,
      changed: sounds,
      changedIds: members.map(({ soundId }) => soundId),
      undo: { ...noUndo, collections: [collection], members },
    };
  });
}

/** @throws RefoleyError `not-found`, telling which there are */
export function requireCollection(catalogue: Catalogue, name: string): Collection {
  const collection = catalogue.collections.byName(checkName(name));
  if (collection) return collection;
  throw unknown('collection', name, catalogue.collections.all());
}

/**
 * Keeps a search under a name, in the place of one of that name.
 *
 * @param text in the query language
 * @throws RefoleyError `input` for an empty search or a mode that is none
 */
export function saveSearch(catalogue: Catalogue, name: string, text: string, mode = 'both'): SavedSearch {
  const wanted = checkName(name);
  const known = requireMode(mode);
  requireQuery(text);
  return catalogue.write(() => catalogue.savedSearches.save(wanted, text.trim(), known));
}

/** @throws RefoleyError `not-found`, telling which there are */
export function deleteSavedSearch(catalogue: Catalogue, name: string): SavedSearch {
  const wanted = checkName(name);
  return catalogue.write(() => {
    const search = catalogue.savedSearches.byName(wanted);
    if (!search) throw unknown('saved search', name, catalogue.savedSearches.all());
    catalogue.savedSearches.remove(wanted);
    return search;
  });
}

function checkName(name: string): string {
  const parsed = nameSchema.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new RefoleyError('input', parsed.error.issues[0]?.message ?? 'the name cannot be used');
}

function unknown(what: string, name: string, all: readonly { readonly name: string }[]): RefoleyError {
  const there =
    all.length === 0 ? 'there is none yet' : `there is ${all.map((each) => `"${each.name}"`).join(', ')}`;
  return new RefoleyError('not-found', `there is no ${what} "${name}": ${there}`);
}
