import { existsSync } from 'node:fs';
import { basename, join, parse } from 'node:path';
import { marksInSeconds } from '#core/edit/marks.ts';
import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import {
  changeSchema,
  operationsOf,
  wentTo,
  withChange,
  type Change,
  type History,
} from '#core/edit/history.ts';
import type { SnapTarget } from '#core/edit/snap.ts';
import type { SourceRef } from '#shared/channels/common.ts';
import type { Edit } from '#shared/edit.ts';
import type { FilePart, StoredEdit } from '../catalogue/edits.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { Work as PartWork } from '../context.ts';
import type { Inference } from '../inference/host.ts';
import { handedEdit } from './handedEdit.ts';
import { hashFile } from '../files/hashFile.ts';
import type { EditedSound, makePart, PartRequest } from './makePart.ts';
import type { RenderedEdit, SpectrogramView } from './editJobs.ts';
import type { EditToRender } from './rendering.ts';

/** What can be edited, or laid over what is. */
export interface EditableSound extends FilePart {
  readonly name: string;
}

export interface EditsOptions {
  readonly catalogue: Catalogue;
  /** The process that renders. */
  readonly editing: Inference;
  /** Of the files that are played; derived, may be deleted. */
  readonly folder: string;
  /** @throws RefoleyError `not-found` for one that is not there (any more) */
  readonly soundOf: (ref: string) => Promise<EditableSound>;
  readonly makePart: (
    edited: EditedSound,
    request: PartRequest,
    work: PartWork,
  ) => ReturnType<typeof makePart>;
}

type RenderedFile = RenderedEdit & { readonly file: string };

interface Work {
  readonly signal?: AbortSignal | undefined;
}

/** About what an edit has come to: the samples of that version. */
interface Asked {
  readonly id: number;
  readonly version: string;
}

export type Edits = ReturnType<typeof createEdits>;

/**
 * The edits of sounds and takes. A change counts once it was rendered: one that does not fit the sound is refused with the reason,
 * and the edit is as it was before.
 */
export function createEdits({ catalogue, editing, folder, soundOf, makePart }: EditsOptions) {
  const stored = (id: number): StoredEdit => {
    const edit = catalogue.edits.byId(id);
    if (edit) return edit;
    throw new RefoleyError('not-found', `edit ${id} is no longer there`);
  };

  const toRender = ({ source, history, sounds }: StoredEdit): EditToRender => ({
    source,
    operations: operationsOf(history),
    sounds,
  });

  /** What each edit was rendered to last: a player that reads it in pieces does not wait for what is rendered meanwhile. */
  const last = new Map<number, { readonly key: string; readonly file: RenderedFile }>();

  const render = async (stored: StoredEdit, { signal }: Work): Promise<RenderedFile> => {
    const edit = toRender(stored);
    const key = JSON.stringify(edit);
    const known = last.get(stored.id);
    if (known?.key === key && existsSync(known.file.file)) return known.file;
    const file = await editing.run('renderEdit', { edit, folder, name: String(stored.id) }, { signal });
    last.set(stored.id, { key, file });
    return file;
  };

  const shown = (
    edit: StoredEdit,
    name: string,
    rendered: RenderedEdit | null,
    problem: unknown = null,
  ): Edit => {
    const error = problem === null ? null : asRefoleyError(problem);
    return {
      ...{ id: edit.id, of: edit.of, name, history: edit.history },
      operations: operationsOf(edit.history),
      rendered: rendered && publicRendered(rendered),
      problem: error && { kind: error.kind, message: error.message },
    };
  };

  /** Names the files of sounds that a list uses for the first time. */
  const withSounds = async (edit: StoredEdit): Promise<StoredEdit> => {
    const sounds = { ...edit.sounds };
    for (const operation of operationsOf(edit.history)) {
      if ('sound' in operation) sounds[operation.sound] ??= partOf(await soundOf(operation.sound));
    }
    return { ...edit, sounds };
  };

  const move = async (
    before: StoredEdit,
    to: (history: History) => History,
    anew: boolean,
    work: Work,
  ): Promise<Edit> => {
    const sound = await (anew ? soundOf(before.of) : requireSource(before, soundOf));
    const after = await withSounds({ ...before, source: partOf(sound), history: to(before.history) });
    const rendered = await render(after, work);
    catalogue.write(() => catalogue.edits.save(after));
    return shown(after, sound.name, rendered);
  };

  const ask = (id: number): { edit: EditToRender } => ({ edit: toRender(stored(id)) });

  return {
    /** The edit of a sound or take, begun where there is none. What it says survives a source that is gone or has changed. */
    async open(ref: SourceRef, work: Work): Promise<Edit> {
      const known = catalogue.edits.byRef(ref);
      try {
        const edit = known ?? catalogue.write(await beginning(ref));
        const sound = await requireSource(edit, soundOf);
        return shown(edit, sound.name, await render({ ...edit, source: partOf(sound) }, work));
      } catch (cause) {
        if (!known) throw cause;
        return shown(known, basename(known.source.path), null, cause);
      }
    },
    change: (id: number, change: Change, merge: boolean, work: Work) =>
      move(stored(id), (history) => withChange(history, change, merge), change.change === 'clear', work),
    goTo: (id: number, done: number, work: Work) =>
      move(stored(id), (history) => wentTo(history, done), false, work),
    /** Makes a part anew; see `makePart`. */
    async generate(id: number, request: PartRequest, work: PartWork): Promise<Edit> {
      const before = stored(id);
      const sound = await requireSource(before, soundOf);
      const { file, frames, rate } = await render(before, work);
      const edited = { file, rate, seconds: frames / rate, source: sound };
      const { operation, part } = await makePart(edited, request, work);
      const added = { ...before, sounds: { ...before.sounds, [operation.sound]: part } };
      const change = changeSchema.parse({ change: 'add', operation });
      return move(added, (history) => withChange(history, change), false, work);
    },
    waveform: ({ id, ...view }: Asked & { readonly columns: number }, { signal }: Work) =>
      editing.run('drawEdit', { ...ask(id), ...view }, { signal }),
    spectrogram: ({ id, ...view }: Asked & SpectrogramView, { signal }: Work) =>
      editing.run('drawSpectrogram', { ...ask(id), ...view }, { signal }),
    loudness: ({ id, version }: Asked, { signal }: Work) =>
      editing.run('measureEdit', { ...ask(id), version }, { signal }),
    snap: (
      { id, ...moments }: Asked & { readonly at: readonly number[]; readonly to: SnapTarget },
      { signal }: Work,
    ) => editing.run('snapEdit', { ...ask(id), ...moments }, { signal }),
    /** The file that the player reads. */
    async playable(id: number): Promise<{ path: string; start: number; end: number }> {
      const { file, frames, rate } = await render(stored(id), {});
      return { path: file, start: 0, end: frames / rate };
    },
    /** The file that leaves the app: see `handedEdit`. */
    async handed(id: number): Promise<string> {
      const edit = stored(id);
      const [{ name }, { version }] = await Promise.all([requireSource(edit, soundOf), render(edit, {})]);
      return handedEdit({ ...toRender(edit), version }, catalogue, join(folder, 'out'), parse(name).name);
    },
    /** As it is kept. @throws RefoleyError `not-found` */
    stored,
    toRender,
  };

  async function beginning(ref: SourceRef): Promise<() => StoredEdit> {
    const source = partOf(await soundOf(ref));
    return () => catalogue.edits.byRef(ref) ?? catalogue.edits.add(ref, source);
  }
}

/** Where edits of a data folder are played from. */
export function editsFolder(dataFolder: string): string {
  return join(dataFolder, 'edits');
}

/**
 * The sound that an edit is of, as long as it is the one that it was begun with; it may lie somewhere else now.
 *
 * @throws RefoleyError `not-found` when it is not there; `unavailable` when its file holds something else
 */
async function requireSource(
  { of, source }: StoredEdit,
  soundOf: EditsOptions['soundOf'],
): Promise<EditableSound> {
  const sound = await soundOf(of);
  const same = sound.sha256 === source.sha256 && sound.start === source.start && sound.end === source.end;
  if (same && sound.path === source.path) return sound;
  if (sound.sha256 === source.sha256 && (await hashFile(sound.path)) === source.sha256) return sound;
  throw new RefoleyError(
    'unavailable',
    `${sound.path} has changed since this edit was begun: bring back the file as it was, or clear the edit to begin anew; its steps are kept`,
  );
}

function partOf({ path, sha256, start, end }: EditableSound): FilePart {
  return { path, sha256, start, end };
}

function publicRendered({ version, frames, rate, channels, markers, loop }: RenderedEdit) {
  return {
    ...{ version, frames, channels, sampleRate: rate, seconds: frames / rate },
    marks: marksInSeconds({ markers, rate }),
    loop: loop && { start: loop.start / rate, end: loop.end / rate },
  };
}
