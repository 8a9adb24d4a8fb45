import { RefoleyError } from '#core/errors.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { DecidableField, SoundDraft, StoredSound } from '../catalogue/sound.ts';
import type { SoundSnapshot } from '../catalogue/soundSnapshot.ts';
import { draftOf, redescribe, writeSound } from './redescribe.ts';
import { checkEdit } from './soundEdit.ts';
import type { RequestedEdit, SoundEdit } from './soundEdit.ts';
import { noUndo } from './undo.ts';
import type { Member, Undo } from './undo.ts';

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
  const collected = catalogue.collections.membersAmong([...before.keys()]);
  const ids = change();
  const after = new Map(snapshot().map((row) => [row.id, row]));
  const same = (row: SoundSnapshot | undefined, other: SoundSnapshot | undefined): boolean =>
    JSON.stringify(row) === JSON.stringify(other);
  const collectedNow = catalogue.collections.membersAmong([...after.keys()]);
  const changed = [...after.values()].filter((row) => !same(row, before.get(row.id)));
  // A search by meaning looks at what has changed since the epoch that it knows.
  if (changed.some(({ id, caption }) => before.get(id)?.caption !== caption)) catalogue.bumpEpoch();
  return {
    sounds: catalogue.sounds.byIds(ids),
    changed: changed.map(({ id }) => id),
    undo: {
      ...noUndo,
      members: without(collected, collectedNow),
      madeMembers: without(collectedNow, collected),
      rows: [...before.values()].filter((row) => !same(row, after.get(row.id))),
      made: changed.filter(({ id, part }) => part === 'region' && !before.has(id)).map(({ id }) => id),
    },
  };
}

function without(members: readonly Member[], others: readonly Member[]): Member[] {
  const key = ({ collectionId, soundId }: Member): string => `${collectionId} ${soundId}`;
  const known = new Set(others.map(key));
  return members.filter((member) => !known.has(key(member)));
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

export function redescribeAll(catalogue: Catalogue, fileIds: ReadonlySet<number>): void {
  for (const id of fileIds) {
    const file = catalogue.files.byId(id);
    if (file) redescribe(catalogue, file);
  }
}
