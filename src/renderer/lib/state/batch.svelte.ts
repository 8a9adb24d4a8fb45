import type { BatchJob, BatchRow } from '#shared/channels/sets.ts';
import { call, on } from '../bridge.ts';
import { count, fileName } from '../format.ts';
import type { Notices } from './notices.svelte.ts';
import type { PromptState } from './prompt.svelte.ts';

/** Tables of prompts: one that is looked at, and the rows of those that were started. */
export class BatchState {
  open = $state(false);
  /** A table before it is started. */
  table = $state.raw<{ readonly file: string; readonly rows: readonly BatchRow[] } | null>(null);
  rows = $state.raw<readonly BatchJob[]>([]);
  done = $derived(this.rows.filter(({ state }) => state === 'done').length);
  active = $derived(this.rows.filter(({ state }) => state === 'waiting' || state === 'running').length);
  readonly #notices: Notices;
  readonly #prompt: PromptState;
  #loading = false;
  #again = false;

  constructor(notices: Notices, prompt: PromptState) {
    this.#notices = notices;
    this.#prompt = prompt;
    on('jobs.changed', () => void this.load());
  }

  /** Reads the rows, once more when they have changed meanwhile. */
  async load(): Promise<void> {
    this.#again = true;
    if (this.#loading) return;
    this.#loading = true;
    while (this.#again) {
      this.#again = false;
      this.rows = await call('batch.rows').catch(() => this.rows);
    }
    this.#loading = false;
  }

  /** Shows a table; nothing is made yet. */
  async read(file: string): Promise<void> {
    await this.#notices.attempt(async () => {
      this.table = { file, rows: await call('batch.read', { file }) };
      this.open = true;
    });
  }

  async choose(): Promise<void> {
    const file = await this.#notices.attempt(() =>
      call('dialog.file', { title: 'Table of prompts', extensions: ['csv', 'tsv', 'txt'] }),
    );
    if (file) await this.read(file);
  }

  /** With the options of the prompt bar where a row says nothing. */
  async start(): Promise<void> {
    const { table } = this;
    if (!table) return;
    await this.#notices.attempt(async () => {
      const { prompt: _, seed: __, ...settings } = this.#prompt.settings();
      const { rows } = await call('batch.start', { file: table.file, settings });
      this.table = null;
      this.#notices.note(`${count(rows, 'row')} of ${fileName(table.file)} are in the queue`);
    });
  }

  async cancelAll(): Promise<void> {
    await this.#notices.attempt(() => call('batch.cancel'));
  }

  async cancel(id: number): Promise<void> {
    await this.#notices.attempt(() => call('jobs.cancel', { id }));
  }

  async retry(id: number): Promise<void> {
    await this.#notices.attempt(() => call('jobs.retry', { id }));
  }

  async clear(): Promise<void> {
    await this.#notices.attempt(() => call('batch.clear'));
  }
}
