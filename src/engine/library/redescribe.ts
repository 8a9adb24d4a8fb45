import { isDeepStrictEqual } from 'node:util';
import type { StoredFile } from '../catalogue/file.ts';
import { termsAbove } from '../catalogue/folderTerms.ts';
import type { FolderTerms } from '../catalogue/folderTerms.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { hasOwnWords } from '../catalogue/sound.ts';
import type { SoundDraft, StoredSound } from '../catalogue/sound.ts';
import { draftOfPart, soundOf } from './describeSound.ts';
import type { DescribingMetadata } from './describeSound.ts';
import type { MarkedPart } from './markedParts.ts';
import { factsOf } from './metadata/factsOf.ts';

export interface Redescription {
  /** What the file says about itself; what was kept of it when it was last read, unless given. */
  readonly metadata?: DescribingMetadata | undefined;
  /** Of the file's source; read from the catalogue unless given. */
  readonly rules?: readonly FolderTerms[] | undefined;
  /** The markers that the file has now; those it had stay unless given. */
  readonly markers?: readonly MarkedPart[] | undefined;
}

/**
 * Puts what is known of a file's sounds together anew, in a transaction of the caller's: the file's own sound, its markers,
 * and the words and terms that its parts share with it. What the user has said about any of them stays.
 */
export function redescribe(catalogue: Catalogue, file: StoredFile, known: Redescription = {}): void {
  const rules = known.rules ?? catalogue.folderTerms.ofSource(file.sourceId);
  const sounds = catalogue.sounds.byFile(file.id);
  const earlier = sounds.find(({ part }) => part === 'file');
  const whole = soundOf(file.relativePath, {
    metadata: known.metadata ?? keptMetadata(file, earlier),
    terms: termsAbove(rules, file.relativePath),
    earlier,
  });
  if (earlier) writeSound(catalogue, earlier, whole);
  if (known.markers) followMarkers(catalogue, sounds, known.markers);
  for (const sound of catalogue.sounds.byFile(file.id)) {
    const { part, start, end, label } = sound;
    if (part !== 'file') writeSound(catalogue, sound, draftOfPart(whole, { part, start, end, label }, sound));
  }
  for (const marker of known.markers ?? [])
    if (!catalogue.sounds.at(file.id, marker)) catalogue.sounds.put(file.id, draftOfPart(whole, marker));
}

/** Writes what is new about a sound. A caption that has changed, or is its own no more, loses its embedding. */
export function writeSound(catalogue: Catalogue, sound: StoredSound, draft: SoundDraft): void {
  if (isDeepStrictEqual(draft, draftOf(sound))) return;
  catalogue.sounds.put(sound.fileId, draft);
  if (draft.caption !== sound.caption || !hasOwnWords(draft)) catalogue.embeddings.remove(sound.id, 'text');
}

/** A sound as it would be written again. */
export function draftOf(sound: StoredSound): SoundDraft {
  const { part, start, end, label, caption, captionFrom, catId, tags } = sound;
  const { licence, author, mayCondition, decided, imported } = sound;
  return {
    ...{ part, start, end: part === 'file' ? null : end, label, caption, captionFrom, catId, tags },
    ...{ licence, author, mayCondition, decided, imported },
  };
}

/**
 * Brings the markers of a file to the places and labels it has for them now. One is the same at the same place, or under the
 * same label; one that the file has no more goes, unless the user has said something about it: then it is the user's.
 */
function followMarkers(
  catalogue: Catalogue,
  sounds: readonly StoredSound[],
  found: readonly MarkedPart[],
): void {
  const left = sounds.filter(({ part }) => part === 'marker');
  const fresh = [...found];
  const meet = (same: (marker: StoredSound, place: MarkedPart) => boolean): void => {
    for (const marker of [...left]) {
      const at = fresh.findIndex((place) => same(marker, place));
      const [place] = at < 0 ? [] : fresh.splice(at, 1);
      if (place && bringTo(catalogue, marker, place)) left.splice(left.indexOf(marker), 1);
    }
  };
  meet((marker, { start, end }) => marker.start === start && marker.end === end);
  meet((marker, { label }) => label !== '' && marker.label === label);
  for (const { id, decided, rating, favourite } of left) {
    const kept =
      decided.length > 0 || rating > 0 || favourite || catalogue.collections.namesOf(id).length > 0;
    if (kept) catalogue.sounds.claim(id, 'marker');
    else catalogue.sounds.remove(id);
  }
}

/** @returns whether there is room for it */
function bringTo(catalogue: Catalogue, marker: StoredSound, { start, end, label }: MarkedPart): boolean {
  if (marker.start !== start || marker.end !== end) {
    const occupant = catalogue.sounds.at(marker.fileId, { start, end });
    if (occupant && occupant.part !== 'event') return false;
    if (occupant) catalogue.sounds.remove(occupant.id);
    catalogue.sounds.move(marker.id, start, end);
    catalogue.embeddings.remove(marker.id, 'audio');
  }
  if (marker.label !== label) catalogue.sounds.relabel(marker.id, label);
  return true;
}

/** What a file said when it was last read. Catalogues of the first schema kept of it but the caption and the CatID. */
function keptMetadata(file: StoredFile, whole: StoredSound | undefined): DescribingMetadata {
  const facts = factsOf(new Map(Object.entries(file.fields)));
  const { synthetic } = file;
  if (!whole || Object.keys(file.fields).length > 0) return { ...facts, synthetic };
  const { captionFrom, caption, catId } = whole;
  const described = (['ixml', 'bext', 'info', 'tag'] as const).some((from) => from === captionFrom);
  return { ...facts, synthetic, catId, descriptions: described ? { [captionFrom]: caption } : {} };
}
