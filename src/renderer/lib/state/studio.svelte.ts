import { getContext, setContext } from 'svelte';
import type { EngineState } from '#shared/channels/shell.ts';
import type { Take } from '#shared/take.ts';
import type { views } from '../../views.ts';
import { Output } from '../audio/output.svelte.ts';
import { Outputs } from '../audio/outputs.svelte.ts';
import { Player } from '../audio/player.svelte.ts';
import { on } from '../bridge.ts';
import { BrowserState } from './browser.svelte.ts';
import type { Sound } from '#shared/sound.ts';
import { BatchState } from './batch.svelte.ts';
import { Commands } from './commands.svelte.ts';
import { createActions } from './actions.ts';
import { DeliveryState } from './delivery.svelte.ts';
import { EditorState } from './editor.svelte.ts';
import { JobsState } from './jobs.svelte.ts';
import { LibraryState } from './library.svelte.ts';
import { LongCall } from './longCall.svelte.ts';
import { MapState } from './map.svelte.ts';
import { NeighboursState } from './neighbours.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { PacksState } from './packs.svelte.ts';
import { PromptState } from './prompt.svelte.ts';
import { playableSound, Selection } from './selection.svelte.ts';
import { createRecipes } from './recipes.ts';
import { SetExport } from './setExport.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import { TakesState } from './takes.svelte.ts';
import { UndoHistory } from './undo.svelte.ts';

/** A set is made of variations of one of these, or is one that was made. */
export type RoundRobinOf =
  | { readonly of: 'prompt' }
  | { readonly of: 'take'; readonly take: Take }
  | { readonly of: 'sound'; readonly sound: Sound }
  | { readonly of: 'set'; readonly set: string };

export type View = (typeof views)[number]['id'];

/** Everything the window knows, each part a small class of its own. */
export class StudioState {
  readonly notices = new Notices();
  readonly commands = new Commands();
  readonly undo = new UndoHistory(this.notices);
  readonly settings = new SettingsState();
  readonly packs = new PacksState(this.settings, this.notices);
  readonly prompt = new PromptState(this.packs, this.settings);
  readonly neighbours = new NeighboursState(this.prompt);
  readonly jobs = new JobsState();
  readonly takes = new TakesState(this.notices, this.undo);
  readonly library = new LibraryState(this.notices);
  readonly browser = new BrowserState(this.library, this.notices);
  readonly map = new MapState(this.notices);
  readonly selection = new Selection();
  readonly output = new Output();
  readonly player = new Player(this.notices, this.output);
  readonly outputs = new Outputs(this.output, this.notices);
  readonly editor = new EditorState(this.notices, this.settings, this.output);
  readonly batch = new BatchState(this.notices, this.prompt);
  readonly delivery = new DeliveryState(this.notices);
  readonly sets = new SetExport(this.notices, this.settings);
  readonly actions = createActions(this);
  readonly recipes = createRecipes(this);
  readonly playable = playableSound;
  view = $state<View>('studio');
  palette = $state(false);
  /** Of the window, in pixels. */
  width = $state(window.innerWidth);
  /** Too little for three columns. */
  narrow = $derived(this.width < 1300);
  /** Whether the inspector is drawn over a view that is too narrow to stand beside it. */
  inspecting = $state(false);
  /** The dialog that is open beside the palette. */
  dialog = $state<'keys' | 'about' | null>(null);
  /** What a round robin is made of. */
  roundRobin = $state.raw<RoundRobinOf | null>(null);
  engine = $state.raw<EngineState>({ state: 'starting' });
  /** Until the library can be searched: the first start adds the starter library. */
  ready = $state(false);
  readonly preparing = new LongCall();

  inspect(take: Take): void {
    this.selection.take(take);
    this.inspecting = true;
    const { layout } = this.settings.now;
    if (!layout.inspectorOpen) void this.settings.change({ layout: { ...layout, inspectorOpen: true } });
  }

  /** In the effect of a component: the library has other sounds, or says other things of these. */
  onLibraryChanged(listener: (ids: readonly number[] | null) => void): () => void {
    return on('library.changed', ({ ids }) => listener(ids));
  }

  /** In the effect of a component: collections came, went, or have other sounds. */
  onCollectionsChanged(listener: () => void): () => void {
    return on('collections.changed', listener);
  }

  async open(): Promise<void> {
    on('engine.state', (state) => {
      const again = state.state === this.engine.state;
      this.engine = state;
      if (state.state === 'ready' && !again) void this.#load();
    });
    on('note', ({ message }) => this.notices.note(message));
    await this.notices.attempt(() => this.settings.load());
  }

  /** Reads what the engine has, whenever it has started. */
  async #load(): Promise<void> {
    await this.notices.attempt(async () => {
      await Promise.all([this.packs.load(), this.jobs.load(), this.batch.load(), this.takes.reload()]);
      await this.preparing.run('engine.ready', undefined);
      this.ready = true;
      await this.library.load();
    });
  }
}

const KEY = Symbol('studio');

export function provideStudio(): StudioState {
  return setContext(KEY, new StudioState());
}

export function useStudio(): StudioState {
  return getContext<StudioState>(KEY);
}
