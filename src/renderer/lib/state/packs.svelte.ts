import type { Pack } from '#shared/channels/packs.ts';
import { call } from '../bridge.ts';
import type { SettingsState } from './settings.svelte.ts';

/** The packs that are installed. */
export class PacksState {
  list = $state.raw<readonly Pack[]>([]);
  readonly #settings: SettingsState;
  /** The one that takes are made with. */
  current = $derived.by(() => this.list.find(({ name }) => name === this.#settings.now.pack));

  constructor(settings: SettingsState) {
    this.#settings = settings;
  }

  async load(): Promise<void> {
    this.list = await call('packs.list');
  }
}
