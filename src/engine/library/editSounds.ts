import { z } from 'zod';
import { RefoleyError } from '#core/errors.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { hasOwnWords } from '../catalogue/sound.ts';
import type { DecidableField, SoundDraft, StoredSound } from '../catalogue/sound.ts';
import { soundSnapshotSchema } from '../catalogue/soundSnapshot.ts';
import type { SoundSnapshot } from '../catalogue/soundSnapshot.ts';
import { draftOf, redescribe, writeSound } from './redescribe.ts';
import { checkEdit } from './soundEdit.ts';
import type { RequestedEdit, SoundEdit } from './soundEdit.ts';

/** What takes an edit back; it can be kept as JSON. */
export const undoSchema = z.strictObject({
  /** Rows as they were. */
  rows: z.array(soundSnapshotSchema),
  /** Regions that the edit made. */
  made: z.array(z.number().int()),
});
export type Undo = z.infer<typeof undoSchema>;

export interface Edited {
  /** The sounds that were asked for, as they are now. */
  readonly sounds: readonly StoredSound[];
  /** Every sound that has changed, those that go by the words or terms of an edited file included. */
  readonly changed: readonly number[];
  readonly undo: Undo;
}

/**
 * Changes what the user says about sounds: all of it or, if one id or one value is wrong, nothing. What is decided here stands
 * above the file, its folder's rule and a captions file, until it is given back. A file's parts go along where nothing
 * was decided about them; an event that is edited becomes the user's region, so that it outlives the next analysis.
 *
 * @throws RefoleyError `not-found` naming the ids that are no sounds; `input` for a value that cannot be
 */
export function editSounds(catalogue: Catalogue, ids: readonly number[], requested: RequestedEdit): Edited {
  const edit = checkEdit(requested);
  return catalogue.write(() => {
    const sounds = requireSounds(catalogue, ids);
    const files = new Set(sounds.map(({ fileId }) => fileId));
    return recordChange(catalogue, files, () => {
      for (const sound of sounds) {
        catalogue.sounds.claim(sound.id, 'event');
        const { part } = catalogue.sounds.byId(sound.id) ?? sound;
        writeSound(catalogue, { ...sound, part }, { ...edited(sound, edit), part });
        const { rating = sound.rating, favourite = sound.favourite } = edit;
        catalogue.sounds.mark(sound.id, { rating, favourite });
      }
      redescribeAll(catalogue, files);
      return sounds.map(({ id }) => id);
    });
  });
}

/**
 * Takes an edit back: every row is again as it was.
 *
 * @param undo as an edit gave it, perhaps read from a file
 * @returns what takes this back again
 * @throws RefoleyError `input` when it is not what an edit gave
 */
export function undoEdit(catalogue: Catalogue, undo: unknown): Edited {
  const parsed = undoSchema.safeParse(undo);
  if (!parsed.success) throw new RefoleyError('input', 'this is not what an edit gave to take it back with');
  const { rows, made } = parsed.data;
  return catalogue.write(() => {
    const ids = [...rows.map(({ id }) => id), ...made];
    const files = new Set(catalogue.sounds.byIds(ids).map(({ fileId }) => fileId));
    for (const { file_id, part } of rows) if (part === 'region') files.add(file_id);
    return recordChange(catalogue, files, () => {
      for (const id of made) if (catalogue.sounds.byId(id)?.part === 'region') catalogue.sounds.remove(id);
      for (const row of rows) restore(catalogue, row);
      redescribeAll(catalogue, files);
      // What is not known any more as it was then is nevertheless put back as it was.
      for (const row of rows) restore(catalogue, row);
      return ids;
    });
  });
}

/** Runs `change` over files and tells by their rows what it did; in a transaction of the caller's. */
export function recordChange(
  catalogue: Catalogue,
  fileIds: ReadonlySet<number>,
  change: () => readonly number[],
): Edited {
  const snapshot = () =>
    catalogue.sounds.snapshot(
      [...fileIds].flatMap((id) => catalogue.sounds.byFile(id).map((sound) => sound.id)),
    );
  const before = new Map(snapshot().map((row) => [row.id, row]));
  const ids = change();
  const after = new Map(snapshot().map((row) => [row.id, row]));
  const same = (row: SoundSnapshot | undefined, other: SoundSnapshot | undefined): boolean =>
    JSON.stringify(row) === JSON.stringify(other);
  const changed = [...after.values()].filter((row) => !same(row, before.get(row.id)));
  // A search by meaning looks at what has changed since the epoch that it knows.
  if (changed.some(({ id, caption }) => before.get(id)?.caption !== caption)) catalogue.bumpEpoch();
  return {
    sounds: catalogue.sounds.byIds(ids),
    changed: changed.map(({ id }) => id),
    undo: {
      rows: [...before.values()].filter((row) => !same(row, after.get(row.id))),
      made: changed.filter(({ id, part }) => part === 'region' && !before.has(id)).map(({ id }) => id),
    },
  };
}

/** @throws RefoleyError `not-found` naming every id that is no sound of the library */
export function requireSounds(catalogue: Catalogue, ids: readonly number[]): StoredSound[] {
  if (ids.length === 0) throw new RefoleyError('input', 'say which sounds: "library list" shows their ids');
  const sounds = catalogue.sounds.byIds(ids);
  const known = new Set(sounds.map(({ id }) => id));
  const unknown = [...new Set(ids)].filter((id) => !known.has(id));
  if (unknown.length === 0) return sounds;
  throw new RefoleyError(
    'not-found',
    `there is no sound ${unknown.join(', ')} in the library, and nothing was changed: "library list" shows the ids`,
  );
}

/** The sound with the user's word in place of what it was. */
function edited(sound: StoredSound, edit: SoundEdit): SoundDraft {
  const { caption, catId, licence, author, mayCondition, undecide = [] } = edit;
  const tags = editedTags(sound.tags, edit);
  const values = { caption, catId, tags, licence, author, mayCondition };
  const said = (Object.keys(values) as DecidableField[]).filter((field) => values[field] !== undefined);
  return {
    ...draftOf(sound),
    ...(caption === undefined ? {} : { caption, captionFrom: 'user' }),
    ...(catId === undefined ? {} : { catId: catId === '' ? null : catId }),
    ...(tags && { tags }),
    ...(licence === undefined ? {} : { licence }),
    ...(author === undefined ? {} : { author }),
    ...(mayCondition === undefined ? {} : { mayCondition }),
    decided: [...new Set([...sound.decided, ...said])].filter((field) => !undecide.includes(field)),
  };
}

function editedTags(
  present: readonly string[],
  { tags, addTags = [], removeTags = [] }: SoundEdit,
): readonly string[] | undefined {
  if (tags === undefined && addTags.length + removeTags.length === 0) return undefined;
  const removed = new Set(removeTags.map((tag) => tag.toLowerCase()));
  const next = new Map<string, string>();
  for (const tag of tags ?? [...present, ...addTags]) {
    const key = tag.toLowerCase();
    if (!removed.has(key) && !next.has(key)) next.set(key, tag);
  }
  return [...next.values()];
}

function redescribeAll(catalogue: Catalogue, fileIds: ReadonlySet<number>): void {
  for (const id of fileIds) {
    const file = catalogue.files.byId(id);
    if (file) redescribe(catalogue, file);
  }
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
