import type { Change } from '#core/edit/history.ts';
import { operationSchema, type AskedOperation, type Operation } from '#core/edit/operations.ts';
import { RefoleyError } from '#core/errors.ts';
import type { Output as AnswerOf } from '#shared/channel.ts';
import type { SourceRef } from '#shared/channels/common.ts';
import type { EditorChannels } from '#shared/channels/editor.ts';
import type { Edit, EditMark, Rendered } from '#shared/edit.ts';
import type { Output } from '../audio/output.svelte.ts';
import type { Stretch } from '../audio/playedFrames.ts';
import { SampleStream } from '../audio/sampleStream.ts';
import { StreamPlayer } from '../audio/streamPlayer.svelte.ts';
import { call } from '../bridge.ts';
import { LongCall } from './longCall.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { SettingsState } from './settings.svelte.ts';
import { PartState } from './part.svelte.ts';
import { Viewport } from './viewport.svelte.ts';

export type Snap = 'off' | 'zero' | 'transient';
type Loudness = AnswerOf<EditorChannels['editor.loudness']>;
type Waveform = AnswerOf<EditorChannels['editor.waveform']>;

/** An operation whose parameters are being set. */
interface OpenForm {
  readonly operation: Operation;
  /** In the list. */
  readonly place: number;
  /** Whether it was added to the list when the form was opened. */
  readonly added: boolean;
  /** Whether the last change of the history is what the form did. */
  readonly changed: boolean;
}

/** Columns of the waveform of a long sound; closer than that its samples are drawn. */
const COLUMNS = 65_536;
/** Samples that are never drawn in less than one column. */
const LEAST_SAMPLES = 16;
/** Milliseconds without a change after which the loudness is measured. */
const QUIET = 300;

/** The edit that is open: what is done to it, what of it is selected, and how it sounds. */
export class EditorState {
  edit = $state.raw<Edit | null>(null);
  /** Why nothing is open that should be. */
  failure = $state<string | null>(null);
  /** Seconds. */
  selection = $state.raw<Stretch | null>(null);
  /** Where it plays from, in seconds. */
  cursor = $state(0);
  snap = $state<Snap>('off');
  spectrogram = $state(false);
  form = $state.raw<OpenForm | null>(null);
  /** A channel each: minimum and maximum of each column in turn, -1 to 1. */
  peaks = $state.raw<readonly Float32Array<ArrayBuffer>[]>([]);
  stream = $state.raw<SampleStream | null>(null);
  /** Frames that can be played. */
  ready = $state(0);
  loudness = $state.raw<Loudness | null>(null);
  /** Whether the words for a part that is to be made are shown. */
  making = $state(false);
  readonly part = new PartState();
  readonly work = new LongCall();
  readonly player: StreamPlayer;
  readonly viewport = new Viewport();
  readonly #notices: Notices;
  readonly #settings: SettingsState;
  /** What is open, or about to be. */
  #of: SourceRef | null = null;
  /** Changes go out one after another. */
  #last: Promise<unknown> = Promise.resolve();
  #turn = 0;
  #loading = 0;
  /** Frames that are drawn. */
  #drawn = 0;
  #quiet: ReturnType<typeof setTimeout> | undefined;

  constructor(notices: Notices, settings: SettingsState, output: Output) {
    this.#notices = notices;
    this.#settings = settings;
    this.player = new StreamPlayer(notices, output);
  }

  get rendered(): Rendered | null {
    return this.edit?.rendered ?? null;
  }

  /** What is selected, or all of it. */
  get stretch(): Stretch {
    return this.selection ?? { start: 0, end: this.rendered?.seconds ?? 0 };
  }

  /** How much of it can be played, 0 to 1, as long as not all of it can. */
  get share(): number | null {
    const { rendered, ready } = this;
    return rendered && ready < rendered.frames ? ready / rendered.frames : null;
  }

  get canUndo(): boolean {
    return (this.edit?.history.done ?? 0) > 0;
  }

  get canRedo(): boolean {
    const history = this.edit?.history;
    return history !== undefined && history.done < history.changes.length;
  }

  /** The edit of a sound or take, as it was left. */
  async open(ref: SourceRef): Promise<void> {
    if (this.#of === ref && this.failure === null) return;
    this.close();
    this.#of = ref;
    if (this.#settings.now.editing !== ref) await this.#settings.change({ editing: ref });
    await this.#queue(async () => {
      try {
        const edit = await this.work.run('editor.open', { ref });
        this.failure = null;
        await this.#adopt(edit);
      } catch (cause) {
        this.failure = cause instanceof Error ? cause.message : String(cause);
        throw cause;
      }
    });
  }

  /** Looks again for what could not be rendered. */
  async reopen(): Promise<void> {
    const of = this.#of;
    this.close();
    if (of) await this.open(of);
  }

  close(): void {
    this.#loading++;
    this.#of = null;
    this.player.use(null);
    Object.assign(this, {
      ...{ edit: null, form: null, selection: null, cursor: 0, failure: null },
      ...{ peaks: [], stream: null, loudness: null },
    });
    Object.assign(this.viewport, { start: 0, end: 0, duration: 0 });
  }

  /** The sample that is nearest to a moment, within the sound. */
  exact(seconds: number): number {
    const { rendered } = this;
    if (!rendered) return 0;
    const frame = Math.min(rendered.frames, Math.max(0, Math.round(seconds * rendered.sampleRate)));
    return frame / rendered.sampleRate;
  }

  /** Selects what lies between two moments, which may be one and the same. */
  select(one: number, other: number): void {
    const [start, end] = [this.exact(Math.min(one, other)), this.exact(Math.max(one, other))];
    this.selection = end > start ? { start, end } : null;
    this.cursor = start;
    this.player.prepare(start);
  }

  /** Moves both ends of what is selected, or the cursor, to where the sound can be cut. */
  async snapped(): Promise<void> {
    const { edit, rendered, selection, snap } = this;
    if (!edit || !rendered || snap === 'off') return;
    const at = selection ? [selection.start, selection.end] : [this.cursor];
    await this.#notices.attempt(async () => {
      const [start = 0, end = start] = await call('editor.snap', {
        id: edit.id,
        version: rendered.version,
        at,
        to: snap,
      });
      if (this.selection === selection) this.select(start, end);
    });
  }

  /** Does something more; with a form, its parameters can be set while it is heard. */
  async add(asked: AskedOperation, form = false): Promise<void> {
    const operation = operationSchema.parse(asked);
    await this.#queue(async () => {
      this.form = null;
      const place = this.edit?.operations.length ?? 0;
      await this.#change({ change: 'add', operation });
      if (form) this.form = { operation, place, added: true, changed: true };
    });
  }

  /** Lays another take or sound over this one, from a moment on, or puts it in the place of what is selected. */
  async mix(how: 'layer' | 'replace', sound: SourceRef, at = this.cursor): Promise<void> {
    const { selection } = this;
    if (how === 'layer') await this.add({ op: 'layer', sound, at: this.exact(at) }, true);
    else if (selection) await this.add({ op: 'replace', ...selection, sound }, true);
  }

  /** Opens the form of an operation in the list. */
  openForm(place: number): void {
    const operation = this.edit?.operations[place];
    if (operation) this.form = { operation, place, added: false, changed: false };
  }

  /** Another value in the open form: heard at once, and one step of the history however often. */
  async revise(operation: Operation): Promise<void> {
    const turn = ++this.#turn;
    const opened = this.form;
    if (!opened) return;
    this.form = { ...opened, operation };
    await this.#queue(async () => {
      // Only the last one of what came while another was being rendered.
      const { form } = this;
      if (turn !== this.#turn || form?.place !== opened.place) return;
      const { place, added, changed } = form;
      const change: Change = added ? { change: 'add', operation } : { change: 'revise', place, operation };
      try {
        await this.#change(change, changed);
        if (this.form?.place === place) this.form = { ...this.form, changed: true };
      } catch (cause) {
        // What cannot be rendered is not done: the form shows what is.
        const kept = this.edit?.operations[place];
        if (this.form?.place === place && kept) this.form = { ...this.form, operation: kept };
        throw cause;
      }
    });
  }

  /** Closes the form; what it did stays, or is taken back. */
  async closeForm(keep: boolean): Promise<void> {
    if (!keep) this.#turn++;
    await this.#queue(async () => {
      const { form } = this;
      this.form = null;
      if (!keep && form?.changed) await this.#goTo((done) => done - 1);
    });
  }

  /** Has a part made; in place of the last one where that was no good. */
  async make(): Promise<void> {
    await this.#queue(async () => {
      const { edit, rendered, part } = this;
      if (!edit || !rendered) return;
      this.form = null;
      const { stretch } = this;
      const name = part.name(stretch);
      if (part.made === name) await this.#goTo((done) => done - 1);
      const before = this.rendered?.seconds ?? 0;
      const request = part.request(stretch, before);
      await this.#adopt(await this.work.run('editor.generate', { id: edit.id, ...request }));
      part.made = name;
      if (part.kind === 'extend') this.select(before, this.rendered?.seconds ?? before);
      else this.select(stretch.start, stretch.end);
    });
  }

  async remove(place: number): Promise<void> {
    await this.#queue(async () => {
      this.form = null;
      await this.#change({ change: 'remove', place });
    });
  }

  async clear(): Promise<void> {
    await this.#queue(async () => {
      this.form = null;
      await this.#change({ change: 'clear' });
    });
  }

  async undo(): Promise<void> {
    await this.#queue(() => this.#goTo((done) => done - 1));
  }

  async redo(): Promise<void> {
    await this.#queue(() => this.#goTo((done) => done + 1));
  }

  /** Undoes or redoes up to a number of changes. */
  async goTo(done: number): Promise<void> {
    await this.#queue(() => this.#goTo(() => done));
  }

  async mark(label: string, at = this.player.playing ? this.player.position : this.cursor): Promise<void> {
    await this.add({ op: 'marker', at: this.exact(at), label });
  }

  /** Gives a mark another name or another place. */
  async changeMark(mark: EditMark, part: Partial<EditMark>): Promise<void> {
    const { at, end, label } = { ...mark, ...part };
    await this.#queue(async () => {
      const place = this.edit?.operations.findLastIndex(
        (each) => each.op === 'marker' && each.at === mark.at && each.label === mark.label,
      );
      const operation = operationSchema.parse({ op: 'marker', at, label, ...(end !== null && { end }) });
      if (place !== undefined && place >= 0) {
        await this.#change({ change: 'revise', place, operation });
        return;
      }
      await this.#change({ change: 'add', operation: { op: 'removeMarker', at: mark.at } });
      await this.#change({ change: 'add', operation });
    });
  }

  async removeMark({ at }: EditMark): Promise<void> {
    await this.add({ op: 'removeMarker', at });
  }

  /** Plays what is selected, or from the cursor on. */
  async play(from?: number): Promise<void> {
    const { rendered, selection, cursor, player } = this;
    if (!rendered) return;
    const loop = player.loop ? (selection ?? rendered.loop) : null;
    const whole = { start: 0, end: rendered.seconds };
    const stretch = loop ?? (from === undefined ? selection : null) ?? whole;
    const start = from ?? selection?.start ?? (cursor >= stretch.end ? stretch.start : cursor);
    await player.play(start, stretch);
  }

  toggle(): void {
    if (this.player.playing) this.player.stop();
    else void this.play();
  }

  setLoop(loop: boolean): void {
    this.player.loop = loop;
    if (this.player.playing) void this.play(this.player.position);
  }

  async #goTo(to: (done: number) => number): Promise<void> {
    this.form = null;
    const { edit } = this;
    if (!edit) return;
    const done = to(edit.history.done);
    if (done >= 0 && done <= edit.history.changes.length)
      await this.#adopt(await this.work.run('editor.goTo', { id: edit.id, done }));
  }

  async #change(change: Change, merge = false): Promise<void> {
    const { edit } = this;
    if (!edit) return;
    // A change from elsewhere ends what a form was doing.
    if (!merge) this.form = this.form?.changed === false ? this.form : null;
    await this.#adopt(await this.work.run('editor.change', { id: edit.id, change, merge }));
    if (change.change === 'add' && !merge) this.#selectAfter(change.operation);
  }

  /** Where one goes on after something that moves what follows it. */
  #selectAfter(operation: Operation): void {
    if (operation.op === 'trim' || operation.op === 'loop') {
      this.selection = null;
      this.cursor = 0;
      this.viewport.fit();
    } else if (operation.op === 'cut') {
      this.selection = null;
      this.cursor = this.exact(operation.start);
    } else if (operation.op === 'insert') {
      this.select(operation.at, operation.at + operation.seconds);
    }
  }

  /** Shows another state of the edit; what was selected stays as far as it is there. */
  async #adopt(edit: Edit): Promise<void> {
    const before = this.edit?.id === edit.id ? this.rendered?.version : undefined;
    this.edit = edit;
    const { rendered } = edit;
    if (!rendered) {
      this.#loading++;
      this.player.use(null);
      Object.assign(this, { peaks: [], stream: null, loudness: null });
      return;
    }
    if (rendered.version === before) return;
    this.ready = rendered.ready;
    this.cursor = Math.min(this.cursor, rendered.seconds);
    if (this.selection) this.select(this.selection.start, Math.min(this.selection.end, rendered.seconds));
    await this.#load(edit.id, rendered);
  }

  async #load(id: number, rendered: Rendered): Promise<void> {
    const loading = ++this.#loading;
    const { version, frames, seconds, sampleRate } = rendered;
    const columns = Math.max(8, Math.min(COLUMNS, Math.ceil(frames / LEAST_SAMPLES)));
    const [stream, waveform] = await Promise.all([
      SampleStream.open(`refoley://audio/edit/${id}?version=${encodeURIComponent(version)}`),
      call('editor.waveform', { id, version, columns }),
    ]);
    if (loading !== this.#loading) return;
    const { playing, position } = this.player;
    this.player.use(stream);
    this.stream = stream;
    stream.grow(rendered.ready);
    this.#draw(waveform);
    this.viewport.measure(seconds, sampleRate);
    if (playing) void this.play(Math.min(position, seconds));
    else this.player.prepare(this.cursor);
    if (rendered.ready < frames) void this.#follow(id, rendered, columns, loading);
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.#measure(id, version), this.loudness ? QUIET : 0);
  }

  #draw({ ready, channels }: Waveform): void {
    this.#drawn = ready;
    this.peaks = channels.map((channel) => Float32Array.from(channel, (value) => value / 32_767));
  }

  /** Plays and draws what is rendered meanwhile, until all of it is there. */
  async #follow(id: number, { version, frames }: Rendered, columns: number, loading: number): Promise<void> {
    await this.#notices.attempt(async () => {
      try {
        while (this.ready < frames) {
          const ready = await call('editor.ready', { id, version, after: this.ready });
          const more = this.#drawn < frames && (await call('editor.waveform', { id, version, columns }));
          if (loading !== this.#loading) return;
          this.ready = ready;
          this.stream?.grow(ready);
          if (more) this.#draw(more);
        }
      } catch (cause) {
        const isOver =
          loading !== this.#loading || (cause instanceof RefoleyError && cause.kind === 'cancelled');
        if (isOver) return;
        void this.reopen();
        throw cause;
      }
    });
  }

  async #measure(id: number, version: string): Promise<void> {
    await this.#notices.attempt(async () => {
      const loudness = await call('editor.loudness', { id, version });
      if (this.rendered?.version === version) this.loudness = loudness;
    });
  }

  #queue(act: () => Promise<void>): Promise<void> {
    const next = this.#last.then(() => this.#notices.attempt(act));
    this.#last = next;
    return next.then(() => undefined);
  }
}
