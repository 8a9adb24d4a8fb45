import { join } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import type { DeliveryMetadata } from '#core/export/delivery.ts';
import type { Take } from '#shared/take.ts';
import type { StoredTake, TakeFilter } from '../catalogue/takes.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { EngineContext } from '../context.ts';
import { warmUp } from '../takes/warmUp.ts';
import { modelName } from '../packs/pack.ts';
import { fileItem } from '../export/fileItem.ts';
import { discardFolder } from '../files/discardFolder.ts';
import type { ItemToExport } from '../export/itemToExport.ts';
import { saidOfSound, saidOfTake } from '../export/storedItems.ts';
import { completePrompt, type Completion } from './completePrompt.ts';
import type { Tell } from './events.ts';
import { editableSound } from '../edit/editableSound.ts';
import { editedItem } from '../edit/editedItem.ts';
import { createEdits, editsFolder, type Edits } from '../edit/edits.ts';
import { madeFolder, makePart } from '../edit/makePart.ts';
import { lookUp, requireRef } from './foundRef.ts';
import { createListening } from './listen.ts';
import { playableFile } from './playable.ts';
import { previewNeighbours, type Preview } from './previewNeighbours.ts';
import { publicTake } from './publicTake.ts';
import { createQueue, type Queue } from './queue.ts';
import { adoptStrayTakes } from './strayTakes.ts';
import { createWaveforms } from './waveforms.ts';
import type { Selection } from '#core/retrieval/selectNeighbours.ts';

/** What the app does beside the library: a queue, takes that are kept, and what a window draws and plays. */
export interface Studio {
  readonly queue: Queue;
  readonly edits: Edits;
  /** Gets ready for the first take, once; see `warmUp`. */
  warmUp(): Promise<void>;
  preview(prompt: string, selection: Selection): Promise<Preview>;
  complete(text: string): Completion[];
  history(): string[];
  readonly takes: {
    list(filter: TakeFilter): { takes: Take[]; total: number };
    show(id: number): Take;
    update(
      ids: readonly number[],
      change: { name?: string | undefined; starred?: boolean | undefined },
    ): Take[];
    delete(ids: readonly number[]): void;
    restore(ids: readonly number[]): void;
    family(id: number): Take[];
    /** Their files. */
    paths(ids: readonly number[]): string[];
    /** As they are kept, in the order of the ids. @throws RefoleyError `not-found` */
    stored(ids: readonly number[]): StoredTake[];
  };
  /** As in {@link createWaveforms}; null for a sound or take that is not there or not analysed. */
  waveform(ref: string, columns: number): Promise<Int8Array<ArrayBuffer> | null>;
  /** A file that Chromium plays, and where in it the sound lies in seconds; see `Edits.playable` for one that grows. */
  playable(ref: string, growing?: boolean): Promise<{ path: string; start: number; end: number }>;
  /** The user's own file behind a sound or a take, or what an edit has come to. */
  file(ref: string): Promise<string>;
  /** A sound, take or edit to export, with what the catalogue says of it. */
  exportItem(ref: string, said: DeliveryMetadata): Promise<ItemToExport>;
  close(): Promise<void>;
}

const HISTORY = 200;

/** Opens the studio of a data folder: goes on with the queue, and takes in takes that have a file and no row. */
export async function openStudio(context: EngineContext, tell: Tell): Promise<Studio> {
  const catalogue = await context.catalogue();
  const waveforms = createWaveforms(join(context.dataFolder, 'peaks'));
  const library = () => context.library({});
  const takeChanged = (...ids: readonly number[]): void => tell('takes.changed', { ids });

  const listening = createListening(library, takeChanged, context.warn);
  const queue = createQueue(context, catalogue, tell, (takeId) => listening.add([takeId]));
  const stray = await adoptStrayTakes(catalogue, context.takesFolder);
  if (stray.length > 0) takeChanged(...stray);
  // Where the ears are gone, whoever needs them says so.
  const unheard = await context.hearing().then(
    (hearing) => catalogue.takes.unheard(modelName(hearing)),
    () => [],
  );
  listening.add(unheard.map(({ id }) => id));
  queue.resume();
  await discardFolder(editsFolder(context.dataFolder));
  const edits = createEdits({
    catalogue,
    editing: context.editing,
    folder: editsFolder(context.dataFolder),
    soundOf: (ref) => editableSound(catalogue, ref),
    makePart: (edited, request, work) =>
      makePart(context, edited, request, madeFolder(context.dataFolder), work),
  });

  let warming: Promise<void> | undefined;
  return {
    queue,
    edits,
    warmUp: () => (warming ??= warmUp(context)),
    preview: async (prompt, selection) => previewNeighbours(await library(), prompt, selection),
    complete: (text) => completePrompt(catalogue, text),
    history: () => catalogue.prompts.recent(HISTORY),
    takes: {
      list: (filter) => ({
        takes: catalogue.takes.list(filter).map(publicTake),
        total: catalogue.takes.count(filter),
      }),
      show: (id) => publicTake(requireTake(catalogue, id)),
      update(ids, { name, starred }) {
        catalogue.write(() => {
          for (const id of ids) {
            if (name !== undefined) catalogue.takes.rename(id, name);
            if (starred !== undefined) catalogue.takes.star(id, starred);
          }
        });
        takeChanged(...ids);
        return catalogue.takes.byIds(ids).map(publicTake);
      },
      delete(ids) {
        catalogue.write(() => catalogue.takes.setDeleted(ids, Date.now()));
        takeChanged(...ids);
      },
      restore(ids) {
        catalogue.write(() => catalogue.takes.setDeleted(ids, null));
        takeChanged(...ids);
      },
      family: (id) => catalogue.takes.family(requireTake(catalogue, id).id).map(publicTake),
      stored: (ids) => ids.map((id) => requireTake(catalogue, id)),
      paths: (ids) => catalogue.takes.byIds(ids).map(({ path }) => path),
    },
    async waveform(ref, columns) {
      const found = lookUp(catalogue, ref);
      if (!found) return null;
      const { sha256, start, end } = found.kind === 'sound' ? found.sound : wholeTake(found.take);
      return waveforms.draw({ sha256, start, end }, columns);
    },
    async playable(ref, growing) {
      const edited = editOf(ref);
      if (edited !== undefined) return edits.playable(edited, growing);
      const found = requireRef(catalogue, ref);
      if (found.kind === 'take') return { ...wholeTake(found.take), path: found.take.path };
      const { start, end } = found.sound;
      return { start, end, path: await playableFile(found.sound, join(context.dataFolder, 'playable')) };
    },
    async file(ref) {
      const edited = editOf(ref);
      if (edited !== undefined) return edits.handed(edited);
      const found = requireRef(catalogue, ref);
      return found.kind === 'take' ? found.take.path : found.sound.path;
    },
    exportItem(ref, said) {
      const edited = editOf(ref);
      const edit = edited === undefined ? undefined : edits.stored(edited);
      const found = requireRef(catalogue, edit?.of ?? ref);
      const known = found.kind === 'take' ? saidOfTake(found.take, said) : saidOfSound(found.sound, said);
      if (edit) return editedItem(ref, edits.toRender(edit), catalogue, known);
      return fileItem(ref, found.kind === 'take' ? found.take.path : found.sound.path, known);
    },
    async close() {
      await queue.close();
    },
  };
}

function editOf(ref: string): number | undefined {
  const [kind, digits] = ref.split('/');
  return kind === 'edit' ? Number(digits) : undefined;
}

function requireTake(catalogue: Catalogue, id: number): StoredTake {
  const take = catalogue.takes.byId(id);
  if (take) return take;
  throw new RefoleyError('not-found', `take ${id} is no longer there`);
}

function wholeTake({ sha256, seconds }: StoredTake) {
  return { sha256, start: 0, end: seconds };
}
