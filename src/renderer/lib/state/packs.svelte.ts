import { SvelteMap } from 'svelte/reactivity';
import { asRefoleyError } from '#core/errors.ts';
import type { OfferedPack, Pack } from '#shared/channels/packs.ts';
import type { ProviderReport, ProviderSetting } from '#shared/provider.ts';
import { call } from '../bridge.ts';
import { count } from '../format.ts';
import { LongCall } from './longCall.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { SettingsState } from './settings.svelte.ts';

/** What a check of a pack's files found. */
export type Verified = readonly { readonly file: string; readonly problem: string | null }[];

/** No pack is called so. */
const TESTING = 'providers/';

/** The packs that are installed, and what is done with them. */
export class PacksState {
  list = $state.raw<readonly Pack[]>([]);
  machine = $state('');
  providers = $state.raw<readonly ProviderReport[]>([]);
  readonly verified = new SvelteMap<string, Verified>();
  /** One thing at a time, of one pack. */
  readonly work = new LongCall();
  busy = $state.raw<{ readonly name: string; readonly what: string } | null>(null);
  /** A pack on the network that was looked up, and where. */
  offer = $state.raw<{ readonly address: string; readonly pack: OfferedPack } | null>(null);
  /** Why there is none, and where. */
  refused = $state.raw<{ readonly address: string; readonly why: string } | null>(null);
  readonly #settings: SettingsState;
  readonly #notices: Notices;
  /** The one that takes are made with. */
  current = $derived.by(() => this.list.find(({ name }) => name === this.#settings.now.pack));

  constructor(settings: SettingsState, notices: Notices) {
    this.#settings = settings;
    this.#notices = notices;
  }

  async load(): Promise<void> {
    this.list = await call('packs.list');
  }

  async loadProviders(): Promise<void> {
    await this.#notices.attempt(async () => Object.assign(this, await call('packs.providers')));
  }

  /** Tries each provider with the pack in use. */
  async testProviders(): Promise<void> {
    await this.#do(TESTING, 'Testing', async () => {
      this.providers = await this.work.run('packs.testProviders', { name: this.#settings.now.pack });
    });
  }

  /** From now on packs are run with it; the engine starts again. */
  async useProvider(provider: ProviderSetting): Promise<void> {
    await this.#notices.attempt(() => this.#settings.change({ provider }));
  }

  get testing(): boolean {
    return this.busy?.name === TESTING;
  }

  /** From now on takes are made with it; the engine starts again. */
  async use(name: string): Promise<void> {
    await this.#notices.attempt(() => this.#settings.change({ pack: name }));
  }

  /**
   * From now on the library is heard with it, or as usual with ''. The engine starts again, and what it has not heard is heard;
   * what other packs have heard stays known.
   */
  async hearWith(name: string): Promise<void> {
    await this.#do(name || this.#settings.now.ears, 'Hearing the library', async () => {
      await this.#settings.change({ ears: name });
      await this.work.run('library.rescan', {});
    });
  }

  async verify(name: string): Promise<void> {
    await this.#do(name, 'Checking', async () => {
      this.verified.set(name, await this.work.run('packs.verify', { name }));
    });
  }

  async measure(name: string): Promise<void> {
    await this.#do(name, 'Measuring', async () => {
      await this.work.run('packs.measure', { name });
      await this.load();
    });
  }

  async remove(name: string): Promise<void> {
    await this.#do(name, 'Removing', async () => {
      if (this.#settings.now.pack === name) await this.#settings.change({ pack: 'starter' });
      if (this.#settings.now.ears === name) await this.#settings.change({ ears: '' });
      await call('packs.remove', { name });
      this.verified.delete(name);
      await this.load();
      this.#notices.note(`The pack ${name} was removed`);
    });
  }

  async add(folder: string): Promise<void> {
    await this.#do('', 'Adding', async () => {
      const { name } = await this.work.run('packs.add', { folder });
      await this.load();
      this.#notices.note(`The pack ${name} was added`);
    });
  }

  async lookUp(address: string): Promise<void> {
    Object.assign(this, { offer: null, refused: null });
    await this.#do('', 'Looking it up', async () => {
      try {
        this.offer = { address, pack: await this.work.run('packs.lookUp', { address }) };
      } catch (cause) {
        const { kind, message } = asRefoleyError(cause);
        if (kind !== 'cancelled') this.refused = { address, why: message };
      }
    });
  }

  /** Fetches what was looked up. */
  async download(): Promise<boolean> {
    const { offer } = this;
    if (!offer) return false;
    const { address, pack } = offer;
    return this.#do('', 'Fetching', async () => {
      await this.work.run('packs.download', { address, sha256: pack.sha256 });
      this.offer = null;
      await this.load();
      this.#notices.note(`The pack ${pack.name} was added: ${count(pack.files, 'file')} checked`);
    });
  }

  /** @returns whether it was done */
  async #do(name: string, what: string, act: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = { name, what };
    try {
      await act();
      return true;
    } catch (cause) {
      this.#notices.error(cause);
      return false;
    } finally {
      this.busy = null;
    }
  }
}
