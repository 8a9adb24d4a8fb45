import { RefoleyError } from '#core/errors.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { hasOwnWords } from '../catalogue/sound.ts';
import type { SoundSnapshot } from '../catalogue/soundSnapshot.ts';
import { recordChange, redescribeAll } from './editSounds.ts';
import type { Edited } from './editSounds.ts';
import { applyRule } from './folderRule.ts';
import { undoSchema } from './undo.ts';
import type { Undo } from './undo.ts';

/**
 * Takes an action back, in one transaction: every row, collection and rule is again as it was.
 *
 * @param undo as the action gave it, perhaps read from a file
 * @returns what takes this back again
 * @throws RefoleyError `input` when it is not what an action gave, or the name of a deleted collection is taken by now
 */
export function undoEdit(catalogue: Catalogue, undo: unknown): Edited {
  const parsed = undoSchema.safeParse(undo);
  if (!parsed.success) throw new RefoleyError('input', 'this is not what an edit gave to take it back with');
  const { data } = parsed;
  return catalogue.write(() => {
    const deleted = data.madeCollections.flatMap((id) => catalogue.collections.byId(id) ?? []);
    const members = [...data.members, ...data.madeMembers].map(({ soundId }) => soundId);
    const collected = [...members, ...deleted.flatMap(({ id }) => catalogue.collections.soundsOf(id))];
    const restored = filesOfRows(catalogue, data);
    const files = new Set([...restored, ...filesOf(catalogue, collected)]);
    const made = restoreCollections(catalogue, data);
    const edited = recordChange(catalogue, files, () => {
      restoreRows(catalogue, data, restored);
      restoreMembers(catalogue, data);
      for (const { id } of deleted) catalogue.collections.remove(id);
      return [...data.rows.map(({ id }) => id), ...data.made];
    });
    const sources = new Set(catalogue.sources.all().map(({ id }) => id));
    const rules = data.rules.filter(({ sourceId }) => sources.has(sourceId));
    const applied = rules.map((rule) => applyRule(catalogue, rule));
    return {
      sounds: edited.sounds,
      changed: [...new Set([...edited.changed, ...applied.flatMap(({ changed }) => changed)])],
      undo: {
        ...edited.undo,
        collections: deleted.map(({ id, name, addedAt }) => ({ id, name, addedAt })),
        madeCollections: made,
        rules: applied.map(({ before }) => before),
      },
    };
  });
}

function filesOf(catalogue: Catalogue, soundIds: readonly number[]): Set<number> {
  return new Set(catalogue.sounds.byIds(soundIds).map(({ fileId }) => fileId));
}

/** A region that was taken out is not there to tell its file. */
function filesOfRows(catalogue: Catalogue, { rows, made }: Undo): Set<number> {
  const removed = rows.filter(({ part }) => part === 'region').map(({ file_id }) => file_id);
  return new Set([...filesOf(catalogue, [...rows.map(({ id }) => id), ...made]), ...removed]);
}

function restoreRows(catalogue: Catalogue, { rows, made }: Undo, files: ReadonlySet<number>): void {
  for (const id of made) if (catalogue.sounds.byId(id)?.part === 'region') catalogue.sounds.remove(id);
  for (const row of rows) restore(catalogue, row);
  redescribeAll(catalogue, files);
  // What is not known any more as it was then is nevertheless put back as it was.
  for (const row of rows) restore(catalogue, row);
}

function restore(catalogue: Catalogue, row: SoundSnapshot): void {
  const { id, file_id, part, start, end, caption, label } = row;
  const sound = catalogue.sounds.byId(id);
  if (sound) {
    catalogue.sounds.restore(row);
    const decided = catalogue.sounds.byId(id)?.decided ?? [];
    if (sound.caption !== caption || !hasOwnWords({ part, label, decided }))
      catalogue.embeddings.remove(id, 'text');
  } else if (
    part === 'region' &&
    catalogue.files.byId(file_id) &&
    !catalogue.sounds.at(file_id, { start, end })
  ) {
    catalogue.sounds.insert(row);
  }
}

/** @returns ids of those that are there again */
function restoreCollections({ collections }: Catalogue, undo: Undo): number[] {
  const gone = undo.collections.filter(({ id }) => !collections.byId(id));
  for (const collection of gone) {
    const taken = collections.byName(collection.name);
    if (taken)
      throw new RefoleyError(
        'input',
        `there is another collection "${taken.name}" by now, and nothing was changed: delete it first`,
      );
    collections.restore(collection);
  }
  return gone.map(({ id }) => id);
}

function restoreMembers({ collections, sounds }: Catalogue, { members, madeMembers }: Undo): void {
  for (const { collectionId, soundId } of madeMembers) collections.take(collectionId, [soundId]);
  for (const { collectionId, soundId } of members)
    if (collections.byId(collectionId) && sounds.byId(soundId)) collections.add(collectionId, [soundId]);
}
