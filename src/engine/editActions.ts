import { join, resolve } from 'node:path';
import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import { readTerms, type Terms } from '#core/rights/readTerms.ts';
import type { Collection } from './catalogue/collections.ts';
import type { SavedSearch } from './catalogue/savedSearches.ts';
import { publicSound, type DecidableField, type ImportedFacts, type Sound } from './catalogue/sound.ts';
import type { Suggested } from './catalogue/suggestions.ts';
import type { EngineContext, Library, Work } from './context.ts';
import {
  changeCollection,
  createCollection,
  deleteCollection,
  deleteSavedSearch,
  requireCollection,
  saveSearch,
  type ChangedCollection,
} from './library/collections.ts';
import { editSounds, type Edited } from './library/editSounds.ts';
import { embedSounds } from './library/embedSounds.ts';
import { copyInto } from './files/copyInto.ts';
import { fileError } from './files/fileError.ts';
import { fileInLibrary } from './library/askedSound.ts';
import { suggestedFor } from './library/hearActions.ts';
import { keepTakes } from './library/keepTakes.ts';
import { addRegion, removeRegions, type RequestedRegion } from './library/regions.ts';
import type { ScanReport } from './library/scan.ts';
import type { RequestedEdit } from './library/soundEdit.ts';
import { addSource } from './library/sources.ts';
import { scanContextOf } from './scanContextOf.ts';
import { setTerms, type RequestedTerms, type TermsReport } from './library/terms.ts';
import type { Undo } from './library/undo.ts';
import { undoEdit } from './library/undoEdit.ts';

/** A sound with what is known about how its facts came about. */
export interface ShownSound extends Sound {
  /** What the user decided in Refoley. */
  readonly decided: readonly DecidableField[];
  /** What a captions file says. */
  readonly imported: ImportedFacts;
  /** What its licence says. */
  readonly terms: Terms;
  readonly collections: readonly string[];
  /** What it may be, where nobody has said what it is. */
  readonly suggested: Suggested;
}

export interface EditReport {
  readonly sounds: readonly Sound[];
  /** Ids of all sounds that have changed. */
  readonly changed: readonly number[];
  /** Takes the edit back; see `undo`. */
  readonly undo: Undo;
}

export interface KeepReport extends ScanReport {
  /** The takes as sounds of the library. */
  readonly sounds: readonly Sound[];
}

export interface EditActions {
  /** Everything that is known about a sound. */
  show(id: number, work: Work): Promise<ShownSound>;
  /** Changes what the user says about sounds; see `editSounds`. */
  edit(ids: readonly number[], edit: RequestedEdit, work: Work): Promise<EditReport>;
  /** Takes an edit, terms or a change of a collection back, from the `undo` that it gave. */
  undo(undo: unknown, work: Work): Promise<EditReport>;
  /** Makes a stretch of a sound's file a sound of its own; see `addRegion`. */
  addRegion(id: number, region: RequestedRegion, work: Work): Promise<EditReport>;
  removeRegions(ids: readonly number[], work: Work): Promise<EditReport>;
  /** Sets, clears or tells the terms of a folder; see `setTerms`. */
  terms(folder: string, terms: RequestedTerms, work: Work): Promise<TermsReport>;
  /** Puts copies of finished takes into the library. */
  keep(files: readonly string[], work: Work): Promise<KeepReport>;
  /** The sound of a file that was dropped onto the app: the library's own, or that of a copy which is added to it. */
  adopt(file: string, work: Work): Promise<Sound>;
  readonly collections: {
    list(): Promise<Collection[]>;
    sounds(name: string): Promise<Sound[]>;
    create(name: string): Promise<ChangedCollection>;
    add(name: string, ids: readonly number[]): Promise<ChangedCollection>;
    remove(name: string, ids: readonly number[]): Promise<ChangedCollection>;
    delete(name: string): Promise<ChangedCollection>;
  };
  readonly savedSearches: {
    list(): Promise<SavedSearch[]>;
    save(name: string, text: string, mode?: string): Promise<SavedSearch>;
    delete(name: string): Promise<SavedSearch>;
  };
}

/** What the user does to the library's sounds, beside scanning and searching it. */
export function createEditActions(context: EngineContext): EditActions {
  const { warn } = context;
  const catalogue = () => context.catalogue();

  /** Embeds at once what has changed; an edit stands even where that has to wait. */
  const settle = async (library: Library, { sounds, changed, undo }: Edited): Promise<EditReport> => {
    await embedSounds(library, changed).catch((cause: unknown) => {
      const { kind, message } = asRefoleyError(cause);
      if (kind === 'cancelled') return;
      warn(`saved, but not yet found by its meaning (${message}): run \`library rescan\``);
    });
    return { sounds: sounds.map(publicSound), changed, undo };
  };

  return {
    async show(id, work) {
      const library = await context.library(work);
      const sound = library.catalogue.sounds.byId(id);
      if (!sound) throw new RefoleyError('not-found', `there is no sound ${id}: see \`library list\``);
      const { decided, imported, licence } = sound;
      const collections = library.catalogue.collections.namesOf(id);
      const suggested = suggestedFor(library, id);
      return { ...publicSound(sound), decided, imported, terms: readTerms(licence), collections, suggested };
    },
    async edit(ids, edit, work) {
      const library = await context.library(work);
      return settle(library, editSounds(library.catalogue, ids, edit));
    },
    async undo(undo, work) {
      const library = await context.library(work);
      return settle(library, undoEdit(library.catalogue, undo));
    },
    async addRegion(id, region, work) {
      const library = await context.library(work);
      return settle(library, addRegion(library.catalogue, id, region));
    },
    async removeRegions(ids, work) {
      const library = await context.library(work);
      return settle(library, removeRegions(library.catalogue, ids));
    },
    async terms(folder, terms, work) {
      const library = await context.library(work);
      return setTerms(library.catalogue, folder, terms);
    },
    async keep(files, work) {
      const folder = join(context.dataFolder, 'kept');
      const paths = await keepTakes(folder, files);
      const library = await context.library(work);
      const report = await addSource(scanContextOf(library, work), folder);
      const source = library.catalogue.sources.byPath(folder);
      const sounds = library.catalogue.sounds
        .list(source ? { sourceId: source.id } : {})
        .filter(({ path, part }) => part === 'file' && paths.includes(path));
      return { ...report, sounds: sounds.map(publicSound) };
    },
    async adopt(file, work) {
      const library = await context.library(work);
      const known = fileInLibrary(library.catalogue, resolve(file));
      if (known) return publicSound(known);
      const folder = join(context.dataFolder, 'dropped');
      const path = await copyInto(folder, resolve(file)).catch((cause: unknown) => {
        throw fileError(cause, file);
      });
      const { failed } = await addSource(scanContextOf(library, work), folder);
      const added = fileInLibrary(library.catalogue, path);
      if (added) return publicSound(added);
      const reason =
        failed.find((failure) => failure.path === path)?.message ?? 'it is no sound that can be read';
      throw new RefoleyError('input', `${file} cannot be used: ${reason}`);
    },
    collections: {
      list: async () => (await catalogue()).collections.all(),
      async sounds(name) {
        const open = await catalogue();
        const ids = open.collections.soundsOf(requireCollection(open, name).id);
        return open.sounds.byIds(ids).map(publicSound);
      },
      create: async (name) => createCollection(await catalogue(), name),
      add: async (name, ids) => changeCollection(await catalogue(), name, ids, 'add'),
      remove: async (name, ids) => changeCollection(await catalogue(), name, ids, 'remove'),
      delete: async (name) => deleteCollection(await catalogue(), name),
    },
    savedSearches: {
      list: async () => (await catalogue()).savedSearches.all(),
      save: async (name, text, mode) => saveSearch(await catalogue(), name, text, mode),
      delete: async (name) => deleteSavedSearch(await catalogue(), name),
    },
  };
}
