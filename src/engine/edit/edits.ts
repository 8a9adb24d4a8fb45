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
import type { JobProgress } from '../inference/jobs.ts';
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

/** An edit that was rendered, or is being rendered as far as it can be heard. */
interface Rendering {
  /** What was asked for. */
  readonly key: string;
  /** As far as it is. */
  now: RenderedEdit;
  readonly whole: Promise<RenderedEdit>;
  /** When there is more of it. */
  more: Promise<unknown>;
  stop(): void;
}

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
  const last = new Map<number, Rendering>();

  /** Renders an edit until there is something to be heard; what it was before is needed no more then. */
  const render = async (stored: StoredEdit, work: Work): Promise<Rendering> => {
    const edit = toRender(stored);
    const key = JSON.stringify(edit);
    const known = last.get(stored.id);
    if (known?.key === key && existsSync(known.now.file)) return known;
    const rendering = await begin(edit, key, String(stored.id), work);
    last.get(stored.id)?.stop();
    last.set(stored.id, rendering);
    return rendering;
  };

  const begin = (edit: EditToRender, key: string, name: string, { signal }: Work): Promise<Rendering> =>
    new Promise((resolve, reject) => {
      const stopped = new AbortController();
      const stop = (): void => stopped.abort();
      signal?.addEventListener('abort', stop, { once: true });
      let told = Promise.withResolvers<undefined>();
      let rendering: Rendering | undefined;
      const heard = (now: RenderedEdit): void => {
        rendering ??= { key, now, whole, more: told.promise, stop };
        signal?.removeEventListener('abort', stop);
        const before = told;
        told = Promise.withResolvers();
        Object.assign(rendering, { now, more: told.promise });
        before.resolve(undefined);
        resolve(rendering);
      };
      const onProgress = (progress: JobProgress): void => {
        if (progress.stage === 'edit' || progress.stage === 'save') heard(progress.rendered);
      };
      const whole = editing.run('renderEdit', { edit, folder, name }, { signal: stopped.signal, onProgress });
      whole.then(heard, reject);
    });

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
    const { now } = await render(after, work);
    catalogue.write(() => catalogue.edits.save(after));
    return shown(after, sound.name, now);
  };

  const ask = (id: number): { edit: EditToRender } => ({ edit: toRender(stored(id)) });

  return {
    /** The edit of a sound or take, begun where there is none. What it says survives a source that is gone or has changed. */
    async open(ref: SourceRef, work: Work): Promise<Edit> {
      const known = catalogue.edits.byRef(ref);
      try {
        const edit = known ?? catalogue.write(await beginning(ref));
        const sound = await requireSource(edit, soundOf);
        const { now } = await render({ ...edit, source: partOf(sound) }, work);
        return shown(edit, sound.name, now);
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
      const { file, frames, rate } = await (await render(before, work)).whole;
      const edited = { file, rate, seconds: frames / rate, source: sound };
      const { operation, part } = await makePart(edited, request, work);
      const added = { ...before, sounds: { ...before.sounds, [operation.sound]: part } };
      const change = changeSchema.parse({ change: 'add', operation });
      return move(added, (history) => withChange(history, change), false, work);
    },
    waveform: ({ id, ...view }: Asked & { readonly columns: number }, { signal }: Work) =>
      editing.run('drawEdit', { ...ask(id), ...view }, { signal }),
    /** How many frames can be played, as soon as that is more than `after`. */
    async ready({ id, version, after }: Asked & { readonly after: number }): Promise<number> {
      const rendering = last.get(id);
      if (rendering?.now.version !== version)
        throw new RefoleyError('cancelled', 'the edit has gone on meanwhile');
      const isWanting = ({ now }: Rendering): boolean => now.ready <= after && now.ready < now.frames;
      while (isWanting(rendering)) await Promise.race([rendering.more, rendering.whole]);
      return rendering.now.ready;
    },
    spectrogram: ({ id, ...view }: Asked & SpectrogramView, { signal }: Work) =>
      editing.run('drawSpectrogram', { ...ask(id), ...view }, { signal }),
    loudness: ({ id, version }: Asked, { signal }: Work) =>
      editing.run('measureEdit', { ...ask(id), version }, { signal }),
    snap: (
      { id, ...moments }: Asked & { readonly at: readonly number[]; readonly to: SnapTarget },
      { signal }: Work,
    ) => editing.run('snapEdit', { ...ask(id), ...moments }, { signal }),
    /** The file that the player reads: all of it or, growing, as far as `ready` has told. */
    async playable(id: number, growing = false): Promise<{ path: string; start: number; end: number }> {
      const { now, whole } = await render(stored(id), {});
      const { file, frames, rate } = growing ? now : await whole;
      return { path: file, start: 0, end: frames / rate };
    },
    /** The file that leaves the app: see `handedEdit`. */
    async handed(id: number): Promise<string> {
      const edit = stored(id);
      const [{ name }, { now }] = await Promise.all([requireSource(edit, soundOf), render(edit, {})]);
      const versioned = { ...toRender(edit), version: now.version };
      return handedEdit(editing, catalogue, versioned, join(folder, 'out'), parse(name).name);
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

function publicRendered({ version, frames, ready, rate, channels, markers, loop }: RenderedEdit) {
  return {
    ...{ version, frames, ready, channels, sampleRate: rate, seconds: frames / rate },
    marks: marksInSeconds({ markers, rate }),
    loop: loop && { start: loop.start / rate, end: loop.end / rate },
  };
}
